'use client'
import { useQuery } from '@tanstack/react-query'
import { rowLook } from '#components/approval/look.ts'
import { QueueFilters } from '#components/approval/queue-filters.tsx'
import { shortDomains } from '#components/approval/short-domains.ts'
import { useHand } from '#components/approval/use-hand.ts'
import { useNewcomers } from '#components/approval/use-newcomers.ts'
import { AppLink } from '#components/ui/app-link.tsx'
import { type Column, type DataRow, DataTable } from '#components/ui/data-table.tsx'
import { Empty } from '#components/ui/empty.tsx'
import { fetchJson, problemFrom } from '#components/ui/fetch-json.ts'
import { useLive } from '#components/ui/live.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { Tabs } from '#components/ui/tabs.tsx'
import { Time } from '#components/ui/time.tsx'
import { Visible } from '#components/ui/visible.tsx'
import { visibleText } from '#components/ui/visible-text.ts'
import { isFiltered, type QueueAddress, queueQuery, queueSearch } from '#lib/approval/queue-address.ts'
import type { Queue, QueueRow, QueueTab } from '#lib/approval/view.ts'
import { routes } from '#lib/routes.ts'

const TABS: readonly { readonly tab: QueueTab; readonly label: string; readonly always: boolean }[] = [
  { tab: 'yours', label: 'Your turn', always: true },
  { tab: 'others', label: 'Waiting on others', always: true },
  { tab: 'decided', label: 'Decided', always: true },
  { tab: 'automatic', label: 'Admitted by rule', always: false },
  { tab: 'expired', label: 'Expired', always: false },
]

const NOTHING = {
  yours: 'Nothing waits for you.',
  others: 'Nothing waits on others.',
  decided: 'Nothing is decided yet.',
  automatic: 'Nothing was admitted by rule.',
  expired: 'Nothing expired.',
} satisfies Record<QueueTab, string>

const COLUMNS: readonly Column[] = [
  { key: 'state', title: 'State', width: '7rem' },
  { key: 'name', title: 'Request', mono: true, fluid: true, width: '18%' },
  { key: 'subject', title: 'Subject', fluid: true, width: '29%' },
  { key: 'risk', title: 'Risk', width: '4rem' },
  { key: 'votes', title: 'Votes', align: 'end', width: '4rem' },
  { key: 'reason', title: 'Why', fluid: true, width: '20%' },
  { key: 'reach', title: 'Reach', align: 'end', from: 'wide', width: '4rem' },
  { key: 'by', title: 'Asked by', mono: true, from: 'wide', width: '8rem' },
  { key: 'age', title: 'Asked', align: 'end', from: 'lg', width: '6rem' },
  { key: 'due', title: 'Decide by', align: 'end', width: '6rem' },
]

/** The inbox: one table per turn, its tab, filters and place in the URL, its order said, live without moving under the hand. */
export function QueueView({ address, initial }: { readonly address: QueueAddress; readonly initial: Queue }) {
  const { view } = address
  const question = queueQuery(address)
  const { data, error, refetch } = useQuery({
    queryKey: ['approvals', question],
    queryFn: () => fetchJson<Queue>(`/api/approvals?${question}`),
    initialData: initial,
  })
  useLive(['approvals'], () => refetch())
  useNewcomers(data, question, view)
  const hand = useHand(data.rows)
  const short = shortDomains(data.rows)

  return (
    <>
      <div className="mb-3">
        <Tabs
          label="Approvals"
          items={TABS.filter(({ tab, always }) => always || tab === view || data.counts[tab] > 0).map(({ tab, label }) => ({
            href: hrefOf({ view: tab }),
            label,
            count: data.counts[tab],
            current: tab === view,
          }))}
        />
      </div>
      <QueueFilters address={address} domains={data.domains} />
      {error && (
        <div className="mb-3">
          <ProblemPanel problem={problemFrom(error)} title="The list may be old" onRetry={() => void refetch()} />
        </div>
      )}
      <div {...hand.handlers} className="rounded-control border border-line bg-surface">
        <DataTable
          label="Requests"
          columns={COLUMNS}
          primary="name"
          rows={hand.rows.map((row) => drawRow(row, short))}
          empty={<Nothing address={address} />}
        />
      </div>
      <Pages address={address} queue={data} />
    </>
  )
}

const hrefOf = (address: QueueAddress): string => `${routes.approvals()}${queueSearch(address)}`

/** How much of what matches is on screen, where the rest is, and the order that put it there. */
function Pages({ address, queue }: { readonly address: QueueAddress; readonly queue: Queue }) {
  const { after, ...first } = address
  const shown = queue.rows.length
  return (
    <p className="mt-2 flex flex-wrap gap-x-4 text-muted">
      <span>
        {shown === queue.matching
          ? `${shown} ${shown === 1 ? 'request' : 'requests'}.`
          : `${shown} of ${queue.matching} requests on this page.`}{' '}
        Order: {queue.order}
      </span>
      {after !== undefined && <AppLink href={hrefOf(first)}>First page</AppLink>}
      {queue.next !== undefined && <AppLink href={hrefOf({ ...first, after: queue.next })}>Next page</AppLink>}
    </p>
  )
}

function Nothing({ address }: { readonly address: QueueAddress }) {
  if (address.after !== undefined)
    return <Empty title="Nothing more on this page." href={hrefOf({ ...address, after: undefined })} action="First page" />
  if (isFiltered(address)) {
    const words = address.q === undefined ? 'No request matches the filter.' : `No request with “${visibleText(address.q)}”.`
    return <Empty title={words} href={hrefOf({ view: address.view })} action="Clear the filter" />
  }
  return (
    <Empty title={NOTHING[address.view]} href={routes.history()} action="See what was decided">
      New requests appear here by themselves.
    </Empty>
  )
}

function drawRow(row: QueueRow, short: (text: string) => string): DataRow {
  const look = rowLook(row)
  return {
    id: row.id,
    href: routes.approval(row.id),
    quiet: row.turn === 'decided',
    cells: {
      state: <StatusMark tone={look.tone}>{look.word}</StatusMark>,
      name: (
        <span title={visibleText(row.name)}>
          <Visible text={row.name} />
        </span>
      ),
      subject: (
        <span title={visibleText(row.subject)}>
          <Visible text={short(row.subject)} />
        </span>
      ),
      risk: row.risk,
      votes: row.votes.needed === 0 ? '–' : `${row.votes.given} of ${row.votes.needed}`,
      reason: (
        <span title={visibleText(row.reason)}>
          <Visible text={row.reason} />
        </span>
      ),
      reach: row.reach,
      by: <Visible text={row.requestedBy} />,
      age: <Time at={row.createdAt} />,
      due: row.decideBy === undefined || row.state !== 'open' ? <span className="text-muted">none</span> : <Time at={row.decideBy} due />,
    },
  }
}
