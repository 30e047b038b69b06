'use client'
import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'next/navigation'
import { rowLook } from '#components/approval/look.ts'
import { shortDomains } from '#components/approval/short-domains.ts'
import { useHand } from '#components/approval/use-hand.ts'
import { useNewcomers } from '#components/approval/use-newcomers.ts'
import { type Column, type DataRow, DataTable } from '#components/ui/data-table.tsx'
import { Empty } from '#components/ui/empty.tsx'
import { fetchJson, problemFrom } from '#components/ui/fetch-json.ts'
import { FilterField } from '#components/ui/filter-field.tsx'
import { useLive } from '#components/ui/live.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { Tabs } from '#components/ui/tabs.tsx'
import { Time } from '#components/ui/time.tsx'
import { Visible } from '#components/ui/visible.tsx'
import { visibleText } from '#components/ui/visible-text.ts'
import type { Queue, QueueRow, Turn } from '#lib/approval/view.ts'
import { routes } from '#lib/routes.ts'

const TABS: readonly { readonly turn: Turn; readonly label: string }[] = [
  { turn: 'yours', label: 'Your turn' },
  { turn: 'others', label: 'Waiting on others' },
  { turn: 'decided', label: 'Decided' },
]

const NOTHING = {
  yours: 'Nothing waits for you.',
  others: 'Nothing waits on others.',
  decided: 'Nothing is decided yet.',
} satisfies Record<Turn, string>

const COLUMNS: readonly Column[] = [
  { key: 'state', title: 'State', width: '7rem' },
  { key: 'name', title: 'Request', mono: true, fluid: true, width: '18%' },
  { key: 'subject', title: 'Subject', fluid: true, width: '29%' },
  { key: 'risk', title: 'Risk', width: '4rem' },
  { key: 'votes', title: 'Votes', align: 'end', width: '4rem' },
  { key: 'reason', title: 'Why', fluid: true, width: '20%' },
  { key: 'by', title: 'Asked by', mono: true, from: 'wide', width: '8rem' },
  { key: 'age', title: 'Asked', align: 'end', from: 'lg', width: '6rem' },
  { key: 'due', title: 'Decide by', align: 'end', width: '6rem' },
]

/** The inbox: one table per turn, its tab and filter in the URL, its order said, live without moving under the hand. */
export function QueueView({ turn, initial }: { readonly turn: Turn; readonly initial: Queue }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['approvals', turn],
    queryFn: () => fetchJson<Queue>(`/api/approvals?view=${turn}`),
    initialData: initial,
  })
  useLive(['approvals'], () => void refetch())
  useNewcomers(data, turn)
  const filter = useSearchParams().get('q') ?? ''
  const hand = useHand(data.rows)
  const short = shortDomains(data.rows)
  const rows = hand.rows.filter((row) => concerns(row, filter))

  return (
    <>
      <div className="mb-3 flex flex-wrap items-end gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 max-sm:basis-full">
          <Tabs
            label="Approvals"
            items={TABS.map((tab) => ({
              href: tab.turn === 'yours' ? routes.approvals() : `${routes.approvals()}?view=${tab.turn}`,
              label: tab.label,
              count: data.counts[tab.turn],
              current: tab.turn === turn,
            }))}
          />
        </div>
        <FilterField label="Filter the requests" />
      </div>
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
          rows={rows.map((row) => drawRow(row, short))}
          empty={<Nothing turn={turn} filter={filter} />}
        />
      </div>
      <p className="mt-2 text-muted">Order: {data.order}</p>
    </>
  )
}

function Nothing({ turn, filter }: { readonly turn: Turn; readonly filter: string }) {
  if (filter !== '')
    return (
      <Empty
        title={`No request with “${visibleText(filter)}”.`}
        href={turn === 'yours' ? routes.approvals() : `${routes.approvals()}?view=${turn}`}
        action="Clear the filter"
      />
    )
  return (
    <Empty title={NOTHING[turn]} href={routes.history()} action="See what was decided">
      New requests appear here by themselves.
    </Empty>
  )
}

const concerns = (row: QueueRow, filter: string): boolean =>
  [row.name, row.subject, row.requestedBy, row.reason, row.risk, ...row.parties].join(' ').toLowerCase().includes(filter.toLowerCase())

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
      by: <Visible text={row.requestedBy} />,
      age: <Time at={row.createdAt} />,
      due: row.decideBy === undefined || row.state !== 'open' ? <span className="text-muted">none</span> : <Time at={row.decideBy} due />,
    },
  }
}
