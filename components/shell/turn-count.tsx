'use client'
import { useQuery } from '@tanstack/react-query'
import { fetchJson } from '#components/ui/fetch-json.ts'
import { useLive } from '#components/ui/live.tsx'
import type { Queue } from '#lib/approval/view.ts'

/** How many requests wait for the person who looks. Nothing while it is not known: a zero would be a claim. */
export function TurnCount() {
  const { data, refetch } = useQuery({ queryKey: ['approvals', 'yours'], queryFn: () => fetchJson<Queue>('/api/approvals?view=yours') })
  useLive(['approvals'], () => refetch())
  const count = data?.counts.yours ?? 0
  if (count === 0) return null
  return (
    <span className="rounded-mark bg-waiting-soft px-1 text-waiting" title={`${count} wait for you`}>
      {count}
      <span className="sr-only"> your turn</span>
    </span>
  )
}
