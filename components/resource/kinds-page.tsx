import { GenerationTag } from '#components/resource/generation-tag.tsx'
import { ClusterChoice } from '#components/resource/cluster-choice.tsx'
import { HealthCounts } from '#components/resource/health-counts.tsx'
import { DataTable } from '#components/ui/data-table.tsx'
import { Empty } from '#components/ui/empty.tsx'
import { Note } from '#components/ui/note.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { UntrustedText } from '#components/ui/untrusted-text.tsx'
import { visibleText } from '#components/ui/visible-text.ts'
import { FAMILIES } from '#lib/kube/concept.ts'
import type { KindLine, KindsView, Shelf } from '#lib/resource/view.ts'
import { routes } from '#lib/routes.ts'

const SHELVES: readonly Shelf[] = [...FAMILIES, 'Other kinds', 'Kubernetes']

const COLUMNS = [
  { key: 'kind', title: 'Kind', width: '22%' },
  { key: 'group', title: 'Group', mono: true, width: '24%' },
  { key: 'generation', title: 'Generation', width: '24%' },
  { key: 'count', title: 'Objects', align: 'end', width: '6rem' },
  { key: 'health', title: 'Health' },
] as const

const isBadged = ({ generation, among }: KindLine): boolean => generation !== undefined || among !== 'only'

/** Everything that the cluster serves, by what it means; and what of the contracts it does not serve. */
export function KindsPage({ view, q }: { readonly view: KindsView; readonly q: string }) {
  const wanted = view.lines.filter(({ kind, group, known }) => `${kind} ${group} ${known ?? ''}`.toLowerCase().includes(q.toLowerCase()))
  const elsewhere = view.cluster === view.clusters[0]?.name ? undefined : view.cluster
  return (
    <div className="flex flex-col gap-4 pt-3">
      <ClusterChoice view={view} />
      {view.problem !== undefined && (
        <Note tone="unknown" title="The cluster's kinds are not known now">
          The API server of {visibleText(view.cluster)} did not answer: {visibleText(view.problem)}. This page comes back by itself.
        </Note>
      )}
      {view.problem === undefined && wanted.length === 0 && (
        <Empty title="No kind matches." href={routes.resources(elsewhere)} action="Clear the filter" />
      )}
      {SHELVES.map((shelf) => (
        <ShelfPanel key={shelf} shelf={shelf} elsewhere={elsewhere} lines={wanted.filter((line) => line.shelf === shelf)} />
      ))}
      {view.missing.length > 0 && <Missing view={view} />}
    </div>
  )
}

type ShelfProps = { readonly shelf: Shelf; readonly lines: readonly KindLine[]; readonly elsewhere: string | undefined }

function ShelfPanel({ shelf, lines, elsewhere }: ShelfProps) {
  if (lines.length === 0) return null
  return (
    <Panel title={shelf} about={`${lines.length} ${lines.length === 1 ? 'kind' : 'kinds'}`} flush>
      <DataTable
        label={shelf}
        primary="kind"
        columns={lines.some(isBadged) ? COLUMNS : COLUMNS.filter(({ key }) => key !== 'generation')}
        rows={lines.map((line) => ({
          id: `${line.group}/${line.kind}`,
          href: routes.resourceKind(line, elsewhere),
          quiet: line.count === 0,
          cells: {
            kind: <KindName line={line} />,
            group: <UntrustedText inline text={line.group || 'core'} />,
            generation: <GenerationTag generation={line.generation} among={line.among} />,
            count: line.state === 'down' ? '' : String(line.count),
            health: <Standing line={line} />,
          },
        }))}
      />
    </Panel>
  )
}

/** People call a kind by its newest name; the name it is served under stands beside it (conflicts.md 2). */
function KindName({ line }: { readonly line: KindLine }) {
  if (line.known === undefined) return <UntrustedText inline text={line.kind} />
  return (
    <>
      {line.known} <span className="text-muted">{visibleText(line.kind)}</span>
    </>
  )
}

function Standing({ line }: { readonly line: KindLine }) {
  if (line.state === 'down')
    return (
      <span className="whitespace-normal">
        <StatusMark tone="unknown">Cannot be read:</StatusMark> {visibleText(line.problem ?? 'no reason was given')}
      </span>
    )
  return (
    <>
      <HealthCounts health={line.health} />
      {line.state === 'stale' && (
        <span className="ps-3">
          <StatusMark tone="caution">as of the last answer</StatusMark>
        </span>
      )}
    </>
  )
}

function Missing({ view }: { readonly view: KindsView }) {
  return (
    <Panel title="Not served by this cluster" about={`${view.missing.length} concepts`}>
      <p className="text-muted">
        The platform's contracts describe these; no name of theirs is served here, so what needs them is switched off. They appear by
        themselves once their definitions are installed.
      </p>
      <details className="pt-1">
        <summary className="min-h-6 cursor-pointer">Show them and the names that were looked for</summary>
        <dl className="grid grid-cols-[minmax(0,1fr)] gap-x-4 gap-y-1 pt-2 sm:grid-cols-[minmax(8rem,auto)_minmax(0,1fr)]">
          {view.missing.map(({ kind, family, names }) => (
            <div key={`${family} ${kind}`} className="contents">
              <dt>
                {kind} <span className="text-muted">{family}</span>
              </dt>
              <dd className="font-mono text-code text-muted [overflow-wrap:anywhere]">{names.join(', ')}</dd>
            </div>
          ))}
        </dl>
      </details>
    </Panel>
  )
}
