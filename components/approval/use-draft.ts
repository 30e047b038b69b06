'use client'
import { useSyncExternalStore } from 'react'
import type { Rationale } from '#lib/approval/rationale.ts'

const EMPTY: Rationale = { checked: '', acceptable: '', undo: '' }
const listeners = new Set<() => void>()

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function write(key: string, draft: Rationale | undefined): void {
  if (draft === undefined) sessionStorage.removeItem(key)
  else sessionStorage.setItem(key, JSON.stringify(draft))
  for (const listener of listeners) listener()
}

/** What this tab kept; anything unreadable is as if nothing was typed. */
function parse(kept: string): Rationale {
  try {
    const value: unknown = JSON.parse(kept)
    if (typeof value !== 'object' || value === null) return EMPTY
    return { ...EMPTY, ...Object.fromEntries(Object.entries(value).filter(([, text]) => typeof text === 'string')) }
  } catch {
    return EMPTY
  }
}

/** What was typed for one request, kept in this tab until the vote is in: a reload or a conflict never loses it. */
export function useDraft(id: string, initial: Rationale = EMPTY) {
  const key = `vortex-rationale-${id}`
  const kept = useSyncExternalStore(
    subscribe,
    () => sessionStorage.getItem(key),
    () => null,
  )
  return {
    draft: kept === null ? initial : parse(kept),
    keep: (next: Rationale): void => write(key, next),
    clear: (): void => write(key, undefined),
  }
}
