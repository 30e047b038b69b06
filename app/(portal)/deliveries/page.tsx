import type { Metadata } from 'next'
import { DeliveryTable } from '#components/delivery/delivery-table.tsx'
import { AppLink } from '#components/ui/app-link.tsx'
import { LiveRefresh } from '#components/ui/live.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { Tabs } from '#components/ui/tabs.tsx'
import { routes } from '#lib/routes.ts'
import { listDeliveries } from '#server/delivery/list.ts'
import { show } from '#server/edge/show.ts'

type Props = { readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>> }

export const metadata: Metadata = { title: 'Deliveries' }

export default async function DeliveriesPage({ searchParams }: Props) {
  const { view, after } = await searchParams
  const only = view === 'done' ? 'done' : view === 'all' ? undefined : 'open'
  const page = await show(listDeliveries, { only, after })
  if (!page.ok)
    return (
      <>
        <PageHead title="Deliveries" />
        <ProblemPanel problem={page.error} title="The deliveries cannot be listed now" />
      </>
    )
  const { lines, counts, next } = page.value
  const address = routes.deliveries()
  return (
    <>
      <LiveRefresh topics={['deliveries']} />
      <PageHead title="Deliveries" about={`${counts.open} on their way, ${counts.done} arrived`} />
      <Tabs
        label="Deliveries"
        items={[
          { href: address, label: 'On their way', count: counts.open, current: only === 'open' },
          { href: `${address}?view=done`, label: 'Arrived', count: counts.done, current: only === 'done' },
          { href: `${address}?view=all`, label: 'All', count: counts.open + counts.done, current: only === undefined },
        ]}
      />
      <DeliveryTable lines={lines} />
      {next !== undefined && (
        <p className="pt-2">
          <AppLink href={`${address}?view=${only ?? 'all'}&after=${encodeURIComponent(next)}`}>Show older deliveries</AppLink>
        </p>
      )}
    </>
  )
}
