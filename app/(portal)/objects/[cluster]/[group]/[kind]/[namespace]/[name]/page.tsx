import type { Metadata } from 'next'
import { HistoryGaps, HistoryTimeline } from '#components/history/history-timeline.tsx'
import { ObjectPage } from '#components/history/object-page.tsx'
import { AppLink } from '#components/ui/app-link.tsx'
import { ObjectEvents } from '#components/resource/object-events.tsx'
import { LiveRefresh } from '#components/ui/live.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { objectTopic } from '#lib/live/topic.ts'
import { ofPart } from '#lib/routes.ts'
import { show } from '#server/edge/show.ts'
import { objectHistory } from '#server/history/object-history.ts'
import { getObject } from '#server/history/object.ts'

type Params = { readonly cluster: string; readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string }
type Props = {
  readonly params: Promise<Params>
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>
}

const decoded = (params: Params): Params => ({
  cluster: decodeURIComponent(params.cluster),
  group: decodeURIComponent(params.group),
  kind: decodeURIComponent(params.kind),
  namespace: decodeURIComponent(params.namespace),
  name: decodeURIComponent(params.name),
})

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { kind, name } = decoded(await params)
  return { title: `${kind} ${name}` }
}

export default async function Page({ params, searchParams }: Props) {
  const ref = decoded(await params)
  const { after } = await searchParams
  const [object, history] = await Promise.all([show(getObject, ref), show(objectHistory, { ...ref, after })])
  const timeline = history.ok ? (
    <Panel title="History" about={typeof after === 'string' ? 'older entries' : 'newest first'} id="history">
      {history.value.entries.length === 0 ? (
        <p className="text-muted">Nothing is recorded about this object.</p>
      ) : (
        <HistoryTimeline label="History" entries={history.value.entries} />
      )}
      {history.value.next !== undefined && (
        <p className="py-2">
          <AppLink href={`?after=${encodeURIComponent(history.value.next)}#history`}>Show older entries</AppLink>
        </p>
      )}
      <HistoryGaps {...history.value} />
    </Panel>
  ) : (
    <ProblemPanel problem={history.error} title="The history cannot be read now" />
  )
  return (
    <>
      <LiveRefresh
        topics={[
          objectTopic(object.ok ? object.value.ref : { ...ref, group: ofPart(ref.group), namespace: ofPart(ref.namespace) }),
          'ledger',
        ]}
        also={['history', 'topology']}
      />
      {object.ok ? (
        <ObjectPage
          object={object.value}
          history={timeline}
          events={object.value.presence === 'there' && <ObjectEvents about={object.value.ref} />}
        />
      ) : (
        <>
          <PageHead title={`${ref.kind} ${ref.name}`} />
          <ProblemPanel problem={object.error} title="The object cannot be shown now" />
          {timeline}
        </>
      )}
    </>
  )
}
