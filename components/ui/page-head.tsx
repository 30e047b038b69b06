import type { ReactNode } from 'react'

type Props = { readonly title: ReactNode; readonly about?: ReactNode; readonly actions?: ReactNode }

/** The one title of a page, what it holds in a phrase, and what can be done. */
export function PageHead({ title, about, actions }: Props) {
  return (
    <div className="mb-3 flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1">
      <h1 className="min-w-0 text-title [overflow-wrap:anywhere]">{title}</h1>
      {about !== undefined && <div className="min-w-0 text-muted">{about}</div>}
      {actions !== undefined && <div className="ms-auto flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  )
}
