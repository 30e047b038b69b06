'use client'
import { useRouter } from 'next/navigation'
import { useState, useTransition } from 'react'
import { LOST } from '#components/approval/discussion/actions.ts'
import { useAnnounce } from '#components/ui/announce.tsx'
import type { Problem } from '#lib/error.ts'
import type { Result } from '#lib/result.ts'

/** Sends something of a discussion once at a time, says how it went, and brings the page up to date. */
export function useSend() {
  const router = useRouter()
  const announce = useAnnounce()
  const [problem, setProblem] = useState<Problem>()
  const [pending, start] = useTransition()
  const send = (act: () => Promise<Result<unknown, Problem>>, said: string, onDone: () => void): void =>
    start(async () => {
      const result = await act().catch(() => ({ ok: false as const, error: LOST }))
      setProblem(result.ok ? undefined : result.error)
      if (!result.ok) return
      announce(said)
      onDone()
      router.refresh()
    })
  return { send, problem, pending }
}
