import { type ReactNode, useId } from 'react'
import type { Tone } from '#lib/status.ts'

type Props = {
  readonly title: string
  readonly about?: ReactNode
  readonly actions?: ReactNode
  readonly tone?: Tone
  readonly id?: string
  /** No inner padding: tables and diffs reach the edge. */
  readonly flush?: boolean
  readonly children: ReactNode
}

/** A titled section. Each one can fail alone. */
export function Panel({ title, about, actions, tone, id, flush = false, children }: Props) {
  const heading = useId()
  return (
    <section
      id={id}
      aria-labelledby={heading}
      data-tone={tone}
      className={`min-w-0 rounded-control border bg-surface ${tone ? 'border-tone' : 'border-line'}`}
    >
      <div className={`flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5 ${flush ? 'border-b border-line' : ''}`}>
        <h2 id={heading}>{title}</h2>
        {about !== undefined && <div className="min-w-0 text-muted">{about}</div>}
        {actions !== undefined && <div className="ms-auto flex items-center gap-2">{actions}</div>}
      </div>
      {flush ? children : <div className="px-3 pb-3">{children}</div>}
    </section>
  )
}
