import type { Metadata } from 'next'
import { HistoryFilters } from '#components/history/history-filters.tsx'
import { HistoryGaps, HistoryTimeline } from '#components/history/history-timeline.tsx'
import { AppLink } from '#components/ui/app-link.tsx'
import { Empty } from '#components/ui/empty.tsx'
import { LiveRefresh } from '#components/ui/live.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import type { HistorySource } from '#lib/history/event.ts'
import { routes } from '#lib/routes.ts'
import { show } from '#server/edge/show.ts'
import { listHistory } from '#server/history/list.ts'

type Props = { readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>> }

export const metadata: Metadata = { title: 'History' }

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const sourceOf = (value: unknown): HistorySource | undefined =>
  value === 'Ledger' || value === 'Git' || value === 'Guardian' || value === 'Recorder' || value === 'Cluster' ? value : undefined

export default async function HistoryPage({ searchParams }: Props) {
  const given = await searchParams
  const [source, who, q, after] = [sourceOf(given['source']), text(given['who']), text(given['q']), text(given['after'])]
  const page = await show(listHistory, { source, who, q, after: after === '' ? undefined : after })
  const address = routes.history()
  const older = new URLSearchParams({
    ...(source && { source }),
    ...(who && { who }),
    ...(q && { q }),
    after: (page.ok && page.value.next) || '',
  })
  return (
    <>
      {after === '' && <LiveRefresh topics={['history', 'ledger']} />}
      <PageHead title="History" about="Who decided what, what changed, and why" />
      <HistoryFilters address={address} source={source} who={who} q={q} />
      {page.ok ? (
        <div className="flex flex-col gap-3 pt-3">
          <Panel title={after === '' ? 'Newest first' : 'Older entries'}>
            {page.value.entries.length === 0 ? (
              <Empty title="No entry matches." href={address} action="Clear the filter">
                {page.value.searchedTo === undefined ? 'Everything was looked through.' : `Looked back to ${page.value.searchedTo}.`}
              </Empty>
            ) : (
              <HistoryTimeline label="History" entries={page.value.entries} withSubject />
            )}
            {page.value.next !== undefined && (
              <p className="pt-3">
                <AppLink href={`${address}?${older}`}>Show older entries</AppLink>
              </p>
            )}
          </Panel>
          <HistoryGaps problems={page.value.problems} levelProblem={page.value.levelProblem} />
        </div>
      ) : (
        <div className="pt-3">
          <ProblemPanel problem={page.error} title="The history cannot be read now" />
        </div>
      )}
    </>
  )
}
