'use client'
import { useQuery } from '@tanstack/react-query'
import { fetchJson } from '#components/ui/fetch-json.ts'
import { LiveMark, useLive } from '#components/ui/live.tsx'
import { SourceAges } from '#components/ui/source-ages.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import type { SourceAge } from '#lib/sourced.ts'

const EVERY_MS = 10_000

/** Part of every page head: whether the page follows what happens, and how old each source's answer is. */
export function SourceStrip() {
  const { data, isError, refetch } = useQuery({
    queryKey: ['sources'],
    queryFn: () => fetchJson<readonly SourceAge[]>('/api/sources'),
    refetchInterval: EVERY_MS,
  })
  useLive(['sources'], () => void refetch())
  return (
    <div className="flex min-h-5 flex-wrap items-center justify-end gap-x-4 gap-y-0.5">
      <LiveMark />
      {data && <SourceAges ages={data} />}
      {isError && !data && <StatusMark tone="unknown">Age of the sources unknown</StatusMark>}
    </div>
  )
}
