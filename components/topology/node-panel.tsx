'use client'
import type { ReactNode } from 'react'
import { BINDING_WORD, EVIDENCE_WORD, KIND_WORD, PRESENCE_WORD } from '#components/topology/words.ts'
import { useNode } from '#components/topology/use-topology.ts'
import { AppLink } from '#components/ui/app-link.tsx'
import { Button } from '#components/ui/button.tsx'
import { Code } from '#components/ui/code.tsx'
import { Facts } from '#components/ui/facts.tsx'
import { problemFrom } from '#components/ui/fetch-json.ts'
import { Mark } from '#components/ui/mark.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { ShownValue } from '#components/ui/shown-value.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { Tag } from '#components/ui/tag.tsx'
import { Visible } from '#components/ui/visible.tsx'
import { visibleText } from '#components/ui/visible-text.ts'
import { routes } from '#lib/routes.ts'
import { BINDING_TONE } from '#lib/topology/graph.ts'
import type { NodeLink, NodeView } from '#lib/topology/view.ts'

type Props = {
  readonly id: string | undefined
  readonly focus: string | undefined
  readonly onSelect: (id: string) => void
  readonly onFocusNode: (id: string) => void
}

/** Everything about the node that is looked at. Without one it says how to choose one. */
export function NodePanel({ id, focus, onSelect, onFocusNode }: Props) {
  const { data, error, refetch } = useNode(id)
  if (id === undefined)
    return (
      <Panel title="Details">
        <p className="text-muted">Choose a node in the outline or in the picture. Enter looks at its surroundings.</p>
      </Panel>
    )
  if (error && !data)
    return <ProblemPanel problem={problemFrom(error)} title="This node cannot be read now" onRetry={() => void refetch()} />
  if (!data)
    return (
      <Panel title="Details">
        <p className="text-muted">Reading</p>
      </Panel>
    )
  return <Details view={data} isFocus={data.node.id === focus} onSelect={onSelect} onFocusNode={onFocusNode} />
}

type DetailsProps = { readonly view: NodeView; readonly isFocus: boolean } & Pick<Props, 'onSelect' | 'onFocusNode'>

function Details({ view, isFocus, onSelect, onFocusNode }: DetailsProps) {
  const { node } = view
  return (
    <Panel
      id="topology-node"
      title="Details"
      about={
        <span className="font-mono text-code [overflow-wrap:anywhere]">
          <Visible text={node.name} />
        </span>
      }
    >
      <div className="flex flex-col gap-3">
        <div className="flex flex-wrap items-center gap-2">
          <StatusMark soft tone={node.tone}>
            <Visible text={node.state} />
          </StatusMark>
          {node.restricted && (
            <StatusMark soft tone="restricted">
              Restricted, needs Full
            </StatusMark>
          )}
        </div>
        <Facts
          rows={[
            { label: 'Kind', value: `${visibleText(node.label)} (${KIND_WORD[node.kind]})` },
            { label: 'Domain', value: node.domain === '' ? 'none' : <Visible text={node.domain} />, mono: node.domain !== '' },
            {
              label: 'Known to',
              value: node.restricted ? <ShownValue value={{ restricted: true, requiredLevel: 'Full' }} /> : PRESENCE_WORD[node.presence],
            },
            ...view.fields.map(({ label, value }) => ({ label, value: <ShownValue value={value} /> })),
          ]}
        />
        <div className="flex flex-wrap gap-2">
          {node.kind !== 'group' && !isFocus && <Button onClick={() => onFocusNode(node.id)}>Look at its surroundings</Button>}
          {node.ref && <AppLink href={routes.object(node.ref)}>Open {node.ref.kind}</AppLink>}
        </div>
        <Findings view={view} />
        <Records view={view} />
        <Links title="Leads to" links={view.out} onSelect={onSelect} />
        <Links title="Comes from" links={view.in} onSelect={onSelect} />
        <Members view={view} />
      </div>
    </Panel>
  )
}

function Part({ title, count, children }: { readonly title: string; readonly count: number; readonly children: ReactNode }) {
  return (
    <section>
      <h3>
        {title} <span className="font-normal text-muted">{count}</span>
      </h3>
      {children}
    </section>
  )
}

function Findings({ view: { findings } }: { readonly view: NodeView }) {
  if (findings.length === 0) return null
  return (
    <Part title="Findings" count={findings.length}>
      <ul className="flex flex-col gap-1">
        {findings.map((finding) => (
          <li key={finding.id} className="flex gap-1.5" data-tone={finding.tone}>
            <span className="flex h-5 items-center">
              <Mark tone={finding.tone} />
            </span>
            <span className="min-w-0 [overflow-wrap:anywhere]">
              <Visible text={finding.text} />
              {finding.detail !== undefined && (
                <>
                  {' '}
                  <ShownValue value={finding.detail} />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Part>
  )
}

function Records({ view: { records } }: { readonly view: NodeView }) {
  if (records.length === 0) return null
  return (
    <Part title="DNS records" count={records.length}>
      <ul className="flex flex-col gap-1">
        {records.map(({ line, text, inferred }) => (
          <li key={line} className="min-w-0">
            {typeof text === 'string' ? <Code>{text}</Code> : <ShownValue value={text} />}
            {line > 0 && <span className="text-muted"> line {line}</span>}
            {inferred && <Tag tone="unknown">name and version inferred</Tag>}
          </li>
        ))}
      </ul>
    </Part>
  )
}

function Links({
  title,
  links,
  onSelect,
}: {
  readonly title: string
  readonly links: readonly NodeLink[]
  readonly onSelect: (id: string) => void
}) {
  if (links.length === 0) return null
  return (
    <Part title={title} count={links.length}>
      <ul className="flex flex-col gap-2">
        {links.map(({ edge, fields, other }) => (
          <li key={edge.id} className="min-w-0">
            <div className="flex flex-wrap items-center gap-x-1.5">
              <span className="text-muted">{title === 'Comes from' ? 'from' : edge.type}</span>
              <button
                type="button"
                onClick={() => onSelect(other.id)}
                className="min-h-6 min-w-0 text-start font-mono text-code text-accent underline underline-offset-2 [overflow-wrap:anywhere]"
              >
                <Visible text={other.name} />
              </button>
              {title === 'Comes from' && <span className="text-muted">{edge.type} this</span>}
              {other.restricted && <StatusMark tone="restricted">Restricted</StatusMark>}
            </div>
            <div className="flex flex-wrap items-center gap-x-2 text-muted">
              <span>{EVIDENCE_WORD[edge.evidence]}</span>
              {edge.state !== 'none' && <StatusMark tone={BINDING_TONE[edge.state]}>{BINDING_WORD[edge.state]}</StatusMark>}
              {edge.binding && <span>{edge.binding}</span>}
              {edge.ref ? <AppLink href={routes.object(edge.ref)}>{visibleText(edge.by)}</AppLink> : <span>{visibleText(edge.by)}</span>}
            </div>
            {fields.length > 0 && <Facts rows={fields.map(({ label, value }) => ({ label, value: <ShownValue value={value} /> }))} />}
          </li>
        ))}
      </ul>
    </Part>
  )
}

function Members({ view: { members } }: { readonly view: NodeView }) {
  if (members.length === 0) return null
  return (
    <Part title="Objects behind it" count={members.length}>
      <ul className="flex flex-col">
        {members.map((ref) => (
          <li key={`${ref.group}/${ref.kind}/${ref.namespace}/${ref.name}`} className="min-w-0 [overflow-wrap:anywhere]">
            <AppLink href={routes.object(ref)}>{`${ref.kind} ${visibleText(ref.name)}`}</AppLink>
          </li>
        ))}
      </ul>
    </Part>
  )
}
