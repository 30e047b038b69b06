import type { Metadata } from 'next'
import { KindsPage } from '#components/resource/kinds-page.tsx'
import { Button } from '#components/ui/button.tsx'
import { FilterField } from '#components/ui/filter-field.tsx'
import { LiveRefresh } from '#components/ui/live.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { kindsAddress } from '#lib/resource/kinds-address.ts'
import { routes } from '#lib/routes.ts'
import { show } from '#server/edge/show.ts'
import { listKinds } from '#server/resource/list-kinds.ts'

type Props = { readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>> }

export const metadata: Metadata = { title: 'Resources' }

export default async function Page({ searchParams }: Props) {
  const address = kindsAddress(await searchParams)
  const kinds = await show(listKinds, address)
  return (
    <>
      <LiveRefresh topics={['sources']} also={['topology']} />
      <PageHead title="Resources" about="Every kind that the cluster serves, by what it means" />
      <form method="get" action={routes.resources()} className="flex flex-wrap items-end gap-2">
        <FilterField label="Filter by kind or group" without="page" />
        {address.group !== undefined && <input type="hidden" name="group" value={address.group} />}
        <noscript>
          <Button type="submit">Filter</Button>
        </noscript>
      </form>
      {kinds.ok ? (
        <KindsPage view={kinds.value} address={address} />
      ) : (
        <ProblemPanel problem={kinds.error} title="The kinds cannot be listed now" />
      )}
    </>
  )
}
