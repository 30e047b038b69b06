'use client'
import { type FocusEvent, useState } from 'react'
import type { QueueRow } from '#lib/approval/view.ts'

/**
 * While the pointer or the focus is on the list nothing moves: rows keep their place, new ones come in below,
 * and what left stays until the hand is gone. Then the server's order is shown again.
 */
export function useHand(latest: readonly QueueRow[]) {
  const [held, setHeld] = useState<readonly QueueRow[]>()
  const [pointer, setPointer] = useState(false)
  const [focus, setFocus] = useState(false)

  const byId = new Map(latest.map((row) => [row.id, row]))
  const ids = new Set(held?.map((row) => row.id))
  const rows = held === undefined ? latest : [...held.map((row) => byId.get(row.id) ?? row), ...latest.filter((row) => !ids.has(row.id))]

  const hold = (): void => {
    if (held === undefined) setHeld(latest)
  }
  const release = (stillHeld: boolean): void => {
    if (!stillHeld) setHeld(undefined)
  }
  return {
    rows,
    handlers: {
      onPointerEnter: () => {
        setPointer(true)
        hold()
      },
      onPointerLeave: () => {
        setPointer(false)
        release(focus)
      },
      onFocus: () => {
        setFocus(true)
        hold()
      },
      onBlur: (event: FocusEvent<HTMLElement>) => {
        if (event.currentTarget.contains(event.relatedTarget)) return
        setFocus(false)
        release(pointer)
      },
    },
  }
}
