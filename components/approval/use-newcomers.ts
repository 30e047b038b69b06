'use client'
import { useEffect, useEffectEvent, useRef } from 'react'
import { useAnnounce } from '#components/ui/announce.tsx'
import { visibleText } from '#components/ui/visible-text.ts'
import type { Queue, Turn } from '#lib/approval/view.ts'

/** Says politely what has come in since the last answer; the first answer is not news. */
export function useNewcomers(queue: Queue, turn: Turn): void {
  const announce = useAnnounce()
  const known = useRef<ReadonlySet<string>>(undefined)
  const seen = useRef<Turn>(undefined)

  const tell = useEffectEvent((rows: Queue['rows']) => {
    const before = seen.current === turn ? known.current : undefined
    seen.current = turn
    known.current = new Set(rows.map((row) => row.id))
    const fresh = before === undefined || turn === 'decided' ? [] : rows.filter((row) => !before.has(row.id))
    const first = fresh[0]
    if (first === undefined) return
    const words = turn === 'yours' ? 'waits for you' : 'waits on others'
    announce(
      fresh.length === 1 ? `A new request ${words}: ${visibleText(first.subject)}` : `${fresh.length} new requests ${words}`,
      'waiting',
    )
  })
  useEffect(() => tell(queue.rows), [queue.rows, turn])
}
