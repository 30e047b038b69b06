'use client'
import { useState } from 'react'
import { ORIGIN, ORIGINS } from '#components/profile/look.ts'
import { Panel } from '#components/ui/panel.tsx'
import type { Position } from '#lib/profile/manifests.ts'
import type { Origin, OriginMark } from '#lib/profile/origin.ts'

type Props = { readonly marks: readonly OriginMark[]; readonly onJump: (to: Position) => void }

/** The letters of the gutter in words, with their counts; one of them opens the list of its fields. */
export function OriginPanel({ marks, onJump }: Props) {
  const [open, setOpen] = useState<Origin>('curator')
  const shown = marks.filter((mark) => mark.origin === open)
  return (
    <Panel title="Where each value comes from" flush>
      <fieldset className="border-b border-line px-3 pb-2">
        <legend className="sr-only">Origin</legend>
        {ORIGINS.map((origin) => (
          <button
            key={origin}
            type="button"
            aria-pressed={origin === open}
            onClick={() => setOpen(origin)}
            className={`flex min-h-6 w-full items-center gap-2 rounded-mark px-1 text-start hover:bg-hover ${origin === open ? 'bg-selected' : ''}`}
          >
            <span aria-hidden="true" className="w-4 shrink-0 font-mono text-code font-semibold">
              {ORIGIN[origin].letter}
            </span>
            <span>
              {ORIGIN[origin].word} <span className="text-muted">{ORIGIN[origin].about}</span>
            </span>{' '}
            <span className="ms-auto">{marks.filter((mark) => mark.origin === origin).length}</span>
          </button>
        ))}
      </fieldset>
      <ul aria-label={`Values of origin ${ORIGIN[open].word}`} className="max-h-80 overflow-y-auto">
        {shown.map((mark) => (
          <li key={`${mark.kind} ${mark.path.join('.')}`} className="border-b border-line last:border-b-0">
            <button type="button" onClick={() => onJump(mark)} className="w-full px-3 py-1 text-start hover:bg-hover">
              <span className="block font-mono text-code [overflow-wrap:anywhere]">
                {mark.kind} {mark.path.join('.')}
              </span>
              <span className="block text-muted [overflow-wrap:anywhere]">
                line {mark.line}: {mark.note}
              </span>
            </button>
          </li>
        ))}
        {shown.length === 0 && <li className="px-3 py-1.5 text-muted">No value.</li>}
      </ul>
    </Panel>
  )
}
