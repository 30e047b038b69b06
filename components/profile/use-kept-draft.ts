'use client'
import { useEffect, useEffectEvent, useState } from 'react'
import type { StudioActions } from '#components/profile/actions.ts'
import type { CuratedField } from '#lib/profile/origin.ts'
import { routes } from '#lib/routes.ts'

const REST_MS = 700
const RETRY_MS = 5_000

export type Kept =
  | { readonly is: 'empty' }
  | { readonly is: 'keeping' }
  | { readonly is: 'kept'; readonly at: string }
  | { readonly is: 'failed'; readonly why: string }

type Content = { readonly id: string; readonly title: string; readonly text: string; readonly curated: readonly CuratedField[] }

const backupKey = (id: string): string => `vortex.profile-draft.${id}`

/** Text that this browser has and the server did not get, for example because the server was away. */
export const backupOf = (id: string): string | undefined => {
  try {
    return localStorage.getItem(backupKey(id)) ?? undefined
  } catch {
    return undefined
  }
}

const keepBackup = (id: string, text: string | undefined): void => {
  try {
    if (text === undefined) localStorage.removeItem(backupKey(id))
    else localStorage.setItem(backupKey(id), text)
  } catch {
    // Private windows may refuse storage; the server's copy is the one that counts.
  }
}

/** Keeps the draft on the server a moment after the last key, and in this browser until the server has it. Tries again by itself. */
export function useKeptDraft(content: Content, saved: string, keep: StudioActions['keep'], paused: boolean): Kept {
  const { id, text } = content
  const [last, setLast] = useState<{ readonly text: string; readonly kept: Kept }>()
  const failed = last?.kept.is === 'failed'
  const done = last?.kept.is === 'kept' ? last.text : saved
  const open = text !== '' && text !== done && !paused
  const save = useEffectEvent(async (): Promise<void> => {
    const result = await keep({ id, title: content.title, text, curated: content.curated }).catch(() => undefined)
    if (result?.ok === true) {
      if (backupOf(id) === text) keepBackup(id, undefined)
      window.history.replaceState(null, '', `${routes.newProfile()}?draft=${id}`)
      setLast({ text, kept: { is: 'kept', at: result.value.updatedAt } })
    } else setLast({ text, kept: { is: 'failed', why: result?.error.message ?? 'The portal does not answer.' } })
  })
  useEffect(() => {
    if (!open) return
    keepBackup(id, text)
    const timer = setTimeout(() => void save(), failed ? RETRY_MS : REST_MS)
    return () => clearTimeout(timer)
    // `last` is listed so that a failure starts the next try.
  }, [open, id, text, failed, last])
  if (open) return failed ? last.kept : { is: 'keeping' }
  return last?.kept ?? { is: 'empty' }
}
