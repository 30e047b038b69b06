'use client'
import { Dialog as Base } from '@base-ui/react/dialog'
import type { ReactNode } from 'react'

type Props = {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly title: string
  readonly description?: string
  /** Title and Close are heard, not seen, and come last, so that focus starts in the content. */
  readonly bare?: boolean
  readonly children: ReactNode
}

/** Floats over the page, keeps focus inside, Esc gives it back to where it was. */
export function Dialog({ open, onOpenChange, title, description, bare = false, children }: Props) {
  const head = (
    <div className={bare ? 'sr-only' : 'flex items-center justify-between gap-3 border-b border-line px-4 py-2'}>
      <div>
        <Base.Title>{title}</Base.Title>
        {description !== undefined && <Base.Description className="text-muted">{description}</Base.Description>}
      </div>
      <Base.Close className="min-h-6 rounded-control px-2 text-muted hover:bg-hover">Close</Base.Close>
    </div>
  )
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-canvas/70" />
        <Base.Popup className="fixed inset-x-0 top-[10dvh] z-50 mx-auto flex max-h-[80dvh] w-[min(36rem,calc(100vw-1.5rem))] flex-col overflow-hidden rounded-control border border-line-strong bg-raised shadow-float">
          {!bare && head}
          <div className={`min-h-0 overflow-y-auto ${bare ? '' : 'p-4'}`}>{children}</div>
          {bare && head}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
