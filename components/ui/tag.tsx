import type { ReactNode } from 'react'
import type { Tone } from '#lib/status.ts'

/** A short word in a box: a kind, a mode, a count. Without tone it is neutral. */
export function Tag({ tone = 'off', children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <span data-tone={tone} className="inline-block max-w-full truncate rounded-mark bg-tone-soft px-1.5 align-bottom text-tone">
      {children}
    </span>
  )
}
