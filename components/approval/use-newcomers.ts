'use client'
import { useEffect, useEffectEvent, useRef } from 'react'
import { useAnnounce } from '#components/ui/announce.tsx'
import { visibleText } from '#components/ui/visible-text.ts'
import type { Queue, QueueTab } from '#lib/approval/view.ts'

/** Says politely what has come in since the last answer; the first answer is not news. */
export function useNewcomers(queue: Queue, question: string, tab: QueueTab): void {
  const announce = useAnnounce()
  const known = useRef<ReadonlySet<string>>(undefined)
  const seen = useRef<string>(undefined)

  const tell = useEffectEvent((rows: Queue['rows']) => {
    const before = seen.current === question ? known.current : undefined
    seen.current = question
    known.current = new Set(rows.map((row) => row.id))
    const fresh = before === undefined || (tab !== 'yours' && tab !== 'others') ? [] : rows.filter((row) => !before.has(row.id))
    const first = fresh[0]
    if (first === undefined) return
    const words = tab === 'yours' ? 'waits for you' : 'waits on others'
    announce(
      fresh.length === 1 ? `A new request ${words}: ${visibleText(first.subject)}` : `${fresh.length} new requests ${words}`,
      'waiting',
    )
  })
  useEffect(() => tell(queue.rows), [queue.rows, question])
}
