'use client'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { fetchJson } from '#components/ui/fetch-json.ts'
import { useLive } from '#components/ui/live.tsx'
import type { NodeView, TopologyView } from '#lib/topology/view.ts'

const POLL_MS = 20_000

/** The graph for an address: the first one comes with the page, later ones keep the old picture until they are there. */
export function useTopology(query: string, initial: { readonly query: string; readonly view: TopologyView }) {
  const result = useQuery({
    queryKey: ['topology', query],
    queryFn: () => fetchJson<TopologyView>(`/api/topology?${query}`),
    ...(query === initial.query && { initialData: initial.view }),
    placeholderData: keepPreviousData,
    // The zone has no watch of its own when it comes by transfer.
    refetchInterval: POLL_MS,
  })
  useLive(['topology'], () => result.refetch())
  return result
}

/** Everything about one node, asked for when it is looked at. */
export function useNode(id: string | undefined) {
  const result = useQuery({
    queryKey: ['topology-node', id],
    queryFn: () => fetchJson<NodeView>(`/api/topology/node?id=${encodeURIComponent(id ?? '')}`),
    enabled: id !== undefined,
    placeholderData: keepPreviousData,
  })
  useLive(id === undefined ? [] : ['topology'], () => result.refetch())
  return result
}
