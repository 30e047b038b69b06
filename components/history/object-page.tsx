import type { ReactNode } from 'react'
import { CopyCommand } from '#components/history/copy-command.tsx'
import { ObjectDocument } from '#components/history/object-document.tsx'
import { ObjectSummary } from '#components/history/object-summary.tsx'
import { AppLink } from '#components/ui/app-link.tsx'
import { Code } from '#components/ui/code.tsx'
import { Columns } from '#components/ui/columns.tsx'
import { DataTable } from '#components/ui/data-table.tsx'
import { Facts } from '#components/ui/facts.tsx'
import { Note } from '#components/ui/note.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { ShownValue } from '#components/ui/shown-value.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { Tag } from '#components/ui/tag.tsx'
import { Time } from '#components/ui/time.tsx'
import { UntrustedText } from '#components/ui/untrusted-text.tsx'
import { visibleText } from '#components/ui/visible-text.ts'
import { isRestricted } from '#lib/access/level.ts'
import type { ObjectView, ReferenceView } from '#lib/history/object-view.ts'
import { routes } from '#lib/routes.ts'
import type { Tone } from '#lib/status.ts'

const PRESENCE = {
  there: { tone: 'ok', word: 'In the cluster' },
  absent: { tone: 'off', word: 'Not in the cluster' },
  unknown: { tone: 'unknown', word: 'Not known now' },
} satisfies Record<ObjectView['presence'], { readonly tone: Tone; readonly word: string }>

const OWNERS = 'metadata.ownerReferences'

type Props = {
  readonly object: ObjectView
  readonly history: ReactNode
  /** What the cluster's controllers reported about it lately. */
  readonly events: ReactNode
}

/** One object of any kind: how it stands, what it depends on, its document and everything that is recorded about it. */
export function ObjectPage({ object, history, events }: Props) {
  const { ref } = object
  const presence = PRESENCE[object.presence]
  return (
    <>
      <PageHead
        title={
          <>
            {visibleText(ref.kind)} <span className="font-mono">{visibleText(ref.name)}</span>
          </>
        }
        about={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <StatusMark tone={presence.tone}>{presence.word}</StatusMark>
            {object.elsewhere !== undefined && <Tag>Cluster {visibleText(object.elsewhere)}</Tag>}
            {object.generation !== undefined && <Tag>Generation {object.generation}</Tag>}
            {object.known !== undefined && <span>now called {object.known}</span>}
            {object.also.map(({ ref: other, generation }) => (
              <AppLink key={`${other.group}/${other.kind}`} href={routes.object(other)}>
                also served as {visibleText(other.kind)} of {visibleText(other.group)}
                {generation !== undefined && ` (generation ${generation})`}
              </AppLink>
            ))}
          </span>
        }
        actions={<Links object={object} />}
      />
      <Columns aside={<Aside object={object} />}>
        {object.problem !== undefined && <Note tone="caution" title={visibleText(object.problem)} />}
        <ObjectSummary object={object} />
        <Conditions object={object} />
        {events}
        {history}
        <ObjectDocument yaml={object.yaml} managers={object.managers} />
      </Columns>
    </>
  )
}

function Links({ object }: { readonly object: ObjectView }) {
  const { ref, request } = object
  return (
    <span className="flex flex-wrap items-center gap-3">
      {object.presence === 'there' && <AppLink href={routes.resourceKind(ref, object.elsewhere)}>All of this kind</AppLink>}
      {object.kubectl !== undefined && <CopyCommand command={object.kubectl} />}
      {request !== undefined && <AppLink href={routes.approval(request)}>Open the request</AppLink>}
      {ref.kind === 'AppProfile' && object.elsewhere === undefined && (
        <AppLink href={routes.profile(ref.namespace, ref.name)}>Open the profile</AppLink>
      )}
    </span>
  )
}

function Conditions({ object }: { readonly object: ObjectView }) {
  if (object.conditions.length === 0)
    return (
      <Panel title="Conditions">
        <p className="text-muted">No condition is reported. That is not the same as all is well: nothing was evaluated yet.</p>
      </Panel>
    )
  return (
    <Panel title="Conditions" flush>
      <DataTable
        label="Conditions"
        primary="type"
        columns={[
          { key: 'type', title: 'Condition' },
          { key: 'status', title: 'Status', width: '7rem' },
          { key: 'reason', title: 'Reason' },
          { key: 'message', title: 'Message' },
          { key: 'since', title: 'Since', align: 'end', width: '8rem' },
        ]}
        rows={object.conditions.map((condition) => ({
          id: condition.type,
          cells: {
            type: <Code>{condition.type}</Code>,
            status: <StatusMark tone={condition.tone}>{condition.status}</StatusMark>,
            reason: <ShownValue value={condition.reason} />,
            message: <ShownValue value={condition.message} />,
            since: condition.since === undefined ? <span className="text-muted">not said</span> : <Time at={condition.since} />,
          },
        }))}
      />
    </Panel>
  )
}

function Aside({ object }: { readonly object: ObjectView }) {
  const told = new Set(isRestricted(object.own) ? [] : object.own.map(({ label }) => label))
  const owners = object.out.filter(({ field }) => field === OWNERS)
  const domains = object.domains.length === 0 ? 'none: a platform object' : object.domains.join(', ')
  return (
    <>
      <Panel title="Identity">
        <Facts
          rows={[
            { label: 'Cluster', value: <Code>{object.ref.cluster}</Code> },
            { label: 'Domain', value: <UntrustedText inline text={domains} /> },
            { label: 'Your level here', value: object.level },
            ...object.facts
              .filter(({ label }) => !told.has(label))
              .map(({ label, value }) => ({
                label,
                value: /^\d{4}-\d\d-\d\dT/.test(value) ? <Time at={value} exact /> : <Code>{value}</Code>,
              })),
          ]}
        />
      </Panel>
      {owners.length > 0 && <References title="Owned by" rows={owners} empty="" />}
      <References title="Depends on" rows={object.out.filter(({ field }) => field !== OWNERS)} empty="It names no other object." />
      <References
        title="Named by"
        rows={object.in}
        empty="No object names it."
        more={object.moreIn > 0 ? `and ${object.moreIn} more` : undefined}
      />
    </>
  )
}

type ReferenceProps = {
  readonly title: string
  readonly rows: readonly ReferenceView[]
  readonly empty: string
  readonly more?: string | undefined
}

function References({ title, rows, empty, more }: ReferenceProps) {
  return (
    <Panel title={title} about={rows.length === 0 ? undefined : String(rows.length)}>
      {rows.length === 0 ? (
        <p className="text-muted">{empty}</p>
      ) : (
        <ul className="flex flex-col gap-1">
          {rows.map(({ field, ref, state }) => (
            <li key={`${field} ${ref.kind} ${ref.namespace} ${ref.name}`} className="min-w-0 [overflow-wrap:anywhere]">
              {visibleText(ref.kind)}{' '}
              {state === 'unknown' ? (
                <Code>{ref.name}</Code>
              ) : (
                <AppLink href={routes.object(ref)} className="font-mono text-code">
                  {visibleText(ref.name)}
                </AppLink>
              )}
              {state !== 'there' && (
                <span className="ps-2">
                  <StatusMark tone={state === 'missing' ? 'danger' : 'unknown'}>
                    {state === 'missing' ? 'missing' : 'kind not known'}
                  </StatusMark>
                </span>
              )}
              <div className="text-muted">
                <Code>{field}</Code>
              </div>
            </li>
          ))}
        </ul>
      )}
      {more !== undefined && <p className="text-muted">{more}</p>}
    </Panel>
  )
}
