'use client'
import { useQuery } from '@tanstack/react-query'
import { fetchJson } from '#components/ui/fetch-json.ts'
import { LiveMark, useBeat, useLive, useSilent } from '#components/ui/live.tsx'
import { SourceAges } from '#components/ui/source-ages.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import type { SourceAge } from '#lib/sourced.ts'

/** Part of every page head: whether the page follows what happens, and how old each source's answer is. The stream says it at each beat. */
export function SourceStrip() {
  const said = useBeat()?.sources
  const { data, isError, refetch } = useQuery({
    queryKey: ['sources'],
    queryFn: () => fetchJson<readonly SourceAge[]>('/api/sources'),
    enabled: said === undefined,
  })
  useLive(said === undefined ? ['sources'] : [], () => refetch())
  // Nobody knows whether a source is still fresh while the portal itself is not heard.
  const silent = useSilent()
  const ages = (said ?? data)?.map((age) => (silent && age.state === 'fresh' ? { ...age, state: 'stale' as const } : age))
  return (
    <div className="flex min-h-5 flex-wrap items-center justify-end gap-x-4 gap-y-0.5">
      <LiveMark />
      {ages && <SourceAges ages={ages} />}
      {isError && !ages && <StatusMark tone="unknown">Age of the sources unknown</StatusMark>}
    </div>
  )
}
