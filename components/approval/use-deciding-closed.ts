'use client'
import { useEffect, useEffectEvent, useRef } from 'react'
import { useAnnounce } from '#components/ui/announce.tsx'
import { useClosed } from '#components/ui/live.tsx'

/** Why nothing may be decided from this page now because it may be old. Closing and opening again are said politely; the reason stands at the buttons. */
export function useDecidingClosed(): string | undefined {
  const closed = useClosed()
  const isClosed = closed !== undefined
  const announce = useAnnounce()
  const was = useRef(false)
  const tell = useEffectEvent(() => {
    if (isClosed === was.current) return
    was.current = isClosed
    if (isClosed) announce('Deciding is closed: what this page shows may be old.', 'caution')
    else announce('Deciding is open again.')
  })
  useEffect(() => tell(), [isClosed])
  return closed
}
