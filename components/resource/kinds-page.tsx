import { ClusterChoice } from '#components/resource/cluster-choice.tsx'
import { KindShelf } from '#components/resource/kind-shelf.tsx'
import { AppLink } from '#components/ui/app-link.tsx'
import { Empty } from '#components/ui/empty.tsx'
import { Note } from '#components/ui/note.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { visibleText } from '#components/ui/visible-text.ts'
import { groupOfPart } from '#lib/kube/group-part.ts'
import { FAMILIES } from '#lib/kube/concept.ts'
import { type KindsAddress, withKindsGroup } from '#lib/resource/kinds-address.ts'
import type { KindsView, Shelf } from '#lib/resource/view.ts'
import { routes } from '#lib/routes.ts'

const SHELVES: readonly Shelf[] = [...FAMILIES, 'Other kinds', 'Kubernetes']

type Props = { readonly view: KindsView; readonly address: KindsAddress }

/** Everything that the cluster serves, by what it means; and what of the contracts it does not serve. */
export function KindsPage({ view, address }: Props) {
  return (
    <div className="flex flex-col gap-4 pt-3">
      <ClusterChoice view={view} />
      {view.problem !== undefined && (
        <Note tone="unknown" title="The cluster's kinds are not known now">
          The API server of {visibleText(view.cluster)} did not answer: {visibleText(view.problem)}. This page comes back by itself.
        </Note>
      )}
      {view.problem === undefined && view.found === 0 && (
        <Empty title="No kind matches." href={routes.resources(address.cluster)} action="Clear the filter">
          {view.total.toLocaleString('en')} are served.
        </Empty>
      )}
      {view.found > 0 && <Picked view={view} address={address} />}
      {SHELVES.map((shelf) => (
        <KindShelf key={shelf} shelf={shelf} view={view} address={address} />
      ))}
      {view.missing.length > 0 && <Missing view={view} />}
    </div>
  )
}

/** What of all kinds the address asks for, and the way back to all. */
function Picked({ view, address }: Props) {
  const { q, group } = address
  if (q === undefined && group === undefined) return null
  const { found, total } = view
  return (
    <p className="text-muted">
      {found.toLocaleString('en')} of {total.toLocaleString('en')} kinds
      {group !== undefined && (
        <>
          {' '}
          in the group <span className="font-mono text-code">{visibleText(groupOfPart(group) || 'core')}</span>.{' '}
          <AppLink href={withKindsGroup(address, undefined)}>All groups</AppLink>
        </>
      )}
    </p>
  )
}

function Missing({ view }: Pick<Props, 'view'>) {
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
