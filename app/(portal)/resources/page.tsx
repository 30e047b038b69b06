import type { Metadata } from 'next'
import { KindsPage } from '#components/resource/kinds-page.tsx'
import { FilterField } from '#components/ui/filter-field.tsx'
import { LiveRefresh } from '#components/ui/live.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { show } from '#server/edge/show.ts'
import { listKinds } from '#server/resource/list-kinds.ts'

type Props = { readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>> }

export const metadata: Metadata = { title: 'Resources' }

export default async function Page({ searchParams }: Props) {
  const { q, cluster } = await searchParams
  const kinds = await show(listKinds, typeof cluster === 'string' ? { cluster } : {})
  return (
    <>
      <LiveRefresh topics={['sources']} also={['topology']} />
      <PageHead title="Resources" about="Every kind that the cluster serves, by what it means" />
      <FilterField label="Filter by kind or group" />
      {kinds.ok ? (
        <KindsPage view={kinds.value} q={typeof q === 'string' ? q : ''} />
      ) : (
        <ProblemPanel problem={kinds.error} title="The kinds cannot be listed now" />
      )}
    </>
  )
}
