'use client'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useAnnounce } from '#components/ui/announce.tsx'
import { Button } from '#components/ui/button.tsx'
import type { Problem } from '#lib/error.ts'
import type { Result } from '#lib/result.ts'

export type ReadNotices = (input: { readonly id?: string }) => Promise<Result<unknown, Problem>>

/** Marks everything as read at once. */
export function ReadAll({ unread, read }: { readonly unread: number; readonly read: ReadNotices }) {
  const router = useRouter()
  const announce = useAnnounce()
  const [busy, setBusy] = useState(false)
  if (unread === 0) return null
  const send = async (): Promise<void> => {
    setBusy(true)
    const result = await read({}).catch(() => undefined)
    setBusy(false)
    if (result?.ok === true) {
      announce('All notifications are read.')
      router.refresh()
    } else announce(result?.error.message ?? 'The portal did not answer. Nothing was marked.', 'danger')
  }
  return (
    <Button pending={busy} onClick={() => void send()}>
      Mark all as read
    </Button>
  )
}
