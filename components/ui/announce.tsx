'use client'
import { createContext, type ReactNode, use, useRef, useState } from 'react'
import { Mark } from '#components/ui/mark.tsx'
import type { Tone } from '#lib/status.ts'

type Said = { readonly text: string; readonly tone: Tone; readonly turn: number }
type Announce = (text: string, tone?: Tone) => void

const SHOWN_MS = 6000
const Context = createContext<Announce>(() => undefined)

/** Says in the polite live region what an action did, and shows it for six seconds. */
export const useAnnounce = (): Announce => use(Context)

export function AnnounceProvider({ children }: { readonly children: ReactNode }) {
  const [said, setSaid] = useState<Said>()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const announce: Announce = (text, tone = 'ok') => {
    clearTimeout(timer.current)
    setSaid((before) => ({ text, tone, turn: (before?.turn ?? 0) + 1 }))
    timer.current = setTimeout(() => setSaid(undefined), SHOWN_MS)
  }
  return (
    <Context value={announce}>
      {children}
      <output
        aria-live="polite"
        className="no-print block pointer-events-none fixed end-4 bottom-4 z-50 max-w-[min(24rem,calc(100vw-2rem))]"
      >
        {said && (
          <div
            key={said.turn}
            className="pointer-events-auto flex gap-2 rounded-control border border-line-strong bg-raised px-3 py-2 shadow-float"
          >
            <span className="flex h-5 items-center">
              <Mark tone={said.tone} />
            </span>
            <span className="min-w-0 [overflow-wrap:anywhere]">{said.text}</span>
          </div>
        )}
      </output>
    </Context>
  )
}
