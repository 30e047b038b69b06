'use client'
import { useQuery } from '@tanstack/react-query'
import { DataTable } from '#components/ui/data-table.tsx'
import { fetchJson, problemFrom } from '#components/ui/fetch-json.ts'
import { useLive } from '#components/ui/live.tsx'
import { atMostEvery } from '#components/ui/pace.ts'
import { Panel } from '#components/ui/panel.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { Restricted } from '#components/ui/restricted.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import { UntrustedText } from '#components/ui/untrusted-text.tsx'
import { visibleText } from '#components/ui/visible-text.ts'
import { isRestricted } from '#lib/access/level.ts'
import type { ResourceRef } from '#lib/kube/ref.ts'
import { objectTopic } from '#lib/live/topic.ts'
import type { EventLine, EventsView } from '#lib/resource/events.ts'

/** Events come without a change of the object, and the server asks the cluster no more often than this (milliseconds). */
const EVERY_MS = 15_000
const RHYTHM = atMostEvery(EVERY_MS / 3)

const addressOf = (ref: ResourceRef): string => `/api/objects/events?${new URLSearchParams(Object.entries(ref)).toString()}`

/** What the cluster's controllers reported about an object, asked for when its page is looked at. */
export function ObjectEvents({ about }: { readonly about: ResourceRef }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['events', about],
    queryFn: () => fetchJson<EventsView>(addressOf(about)),
    refetchInterval: EVERY_MS,
  })
  useLive([objectTopic(about)], () => refetch(), RHYTHM)
  const count = data?.state === 'read' && !isRestricted(data.events) ? data.events.length : 0
  return (
    <Panel title="Events" id="events" about={count > 0 ? 'newest first' : undefined} flush={count > 0}>
      {data === undefined && error === null && <p className="text-muted">Asking the cluster…</p>}
      {data === undefined && error !== null && (
        <ProblemPanel problem={problemFrom(error)} title="The events cannot be read now" onRetry={() => void refetch()} />
      )}
      {data !== undefined && <Answer view={data} />}
    </Panel>
  )
}

/** None, not served and not readable are three different things. */
function Answer({ view }: { readonly view: EventsView }) {
  if (view.state === 'not-served') return <p className="text-muted">This cluster serves no events.</p>
  if (view.state === 'unread')
    return (
      <p>
        <StatusMark tone="unknown">Cannot be read:</StatusMark> {visibleText(view.problem)}
      </p>
    )
  if (isRestricted(view.events)) return <Restricted level={view.events.requiredLevel} />
  if (view.events.length === 0)
    return <p className="text-muted">The cluster keeps none about it now. It keeps events for about an hour; older ones are gone.</p>
  return (
    <>
      <DataTable
        label="Events"
        primary="reason"
        columns={[
          { key: 'type', title: 'Type', width: '7rem' },
          { key: 'reason', title: 'Reason', width: '18%' },
          { key: 'message', title: 'Message' },
          { key: 'by', title: 'From', width: '20%' },
          { key: 'count', title: 'Seen', align: 'end', width: '5rem' },
          { key: 'last', title: 'Last', align: 'end', width: '7rem' },
        ]}
        rows={view.events.map(rowOf)}
      />
      {view.more && <p className="px-3 py-2 text-muted">There are more. kubectl shows them all.</p>}
    </>
  )
}

const rowOf = (event: EventLine) => ({
  id: event.id,
  cells: {
    type: <Type type={event.type} />,
    reason: <UntrustedText inline text={event.reason} />,
    message: (
      <span className="whitespace-normal">
        <UntrustedText inline text={event.message} />
      </span>
    ),
    by: <UntrustedText inline text={event.by} />,
    count: event.count === 1 ? 'once' : `${event.count} ×`,
    last: event.last === undefined ? <span className="text-muted">not said</span> : <Time at={event.last} />,
  },
})

function Type({ type }: Pick<EventLine, 'type'>) {
  if (type === 'Normal') return <StatusMark tone="off">Normal</StatusMark>
  if (type === 'Warning') return <StatusMark tone="caution">Warning</StatusMark>
  return (
    <StatusMark tone="unknown">
      <UntrustedText inline text={type || 'no type'} />
    </StatusMark>
  )
}
