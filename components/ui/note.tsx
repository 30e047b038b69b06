import type { ReactNode } from 'react'
import { Mark } from '#components/ui/mark.tsx'
import type { Tone } from '#lib/status.ts'

/** Something a reader must know here: a soft frame with mark, one bold line and what to do. */
export function Note({ tone, title, children }: { readonly tone: Tone; readonly title: ReactNode; readonly children?: ReactNode }) {
  return (
    <div data-tone={tone} className="flex min-w-0 gap-2 rounded-control border border-tone/40 bg-tone-soft px-3 py-2">
      <span className="flex h-5 items-center">
        <Mark tone={tone} />
      </span>
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <p className="font-medium">{title}</p>
        {children}
      </div>
    </div>
  )
}
