import type { Metadata } from 'next'
import { TopologyPage } from '#components/topology/topology-page.tsx'
import { graphQuery } from '#components/topology/graph-query.ts'
import { PageHead } from '#components/ui/page-head.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { show } from '#server/edge/show.ts'
import { getGraph } from '#server/topology/get-graph.ts'

type Props = { readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>> }

export const metadata: Metadata = { title: 'Topology' }

export default async function Page({ searchParams }: Props) {
  const given = Object.entries(await searchParams).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  const result = await show(getGraph, Object.fromEntries(given))
  if (!result.ok)
    return (
      <>
        <PageHead title="Topology" />
        <ProblemPanel problem={result.error} title="The topology cannot be read now" />
      </>
    )
  return <TopologyPage initial={{ query: graphQuery(new URLSearchParams(given)), view: result.value }} />
}
