import { HEALTH_LOOK } from '#lib/kube/health-look.ts'
import { type Column, type DataRow, DataTable } from '#components/ui/data-table.tsx'
import { Empty } from '#components/ui/empty.tsx'
import { Restricted } from '#components/ui/restricted.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import { UntrustedText } from '#components/ui/untrusted-text.tsx'
import { visibleText } from '#components/ui/visible-text.ts'
import { isRestricted, type Shown } from '#lib/access/level.ts'
import { type ResourceAddress, withParam } from '#lib/resource/address.ts'
import type { ResourceRow, ResourcesView } from '#lib/resource/view.ts'
import { routes } from '#lib/routes.ts'

type Props = {
  readonly view: ResourcesView
  readonly address: ResourceAddress
  readonly go: (search: string) => void
}

/** The objects of one page. Heads are links: the server sorts, and the order stands in the address. */
export function ResourceTable({ view, address, go }: Props) {
  const sorted = (key: string): Column['sort'] => {
    const now = address.sort ?? 'name'
    const is = now === key ? 'ascending' : now === `-${key}` ? 'descending' : 'none'
    return { is, href: withParam(address, 'sort', is === 'ascending' ? `-${key}` : key === 'name' ? '' : key), follow: go }
  }
  return (
    <DataTable
      label={view.line.kind}
      primary="name"
      columns={[
        { key: 'name', title: 'Name', mono: true, sort: sorted('name'), fluid: true, width: '26%' },
        ...(view.namespaced ? [{ key: 'namespace', title: 'Namespace', mono: true, sort: sorted('namespace') }] : []),
        { key: 'health', title: 'Health', sort: sorted('health'), width: '7rem' },
        ...view.columns.map(({ key, title }) => ({ key, title: visibleText(title), sort: sorted(key) })),
        { key: 'created', title: 'Age', align: 'end' as const, sort: sorted('age'), width: '8rem' },
      ]}
      empty={
        <Empty title="No object matches." href={routes.resourceKind(view.line, address.cluster)} action="Clear the filters">
          {view.line.count === 0 ? 'There is none of this kind in the cluster.' : `There are ${view.line.count} of this kind.`}
        </Empty>
      }
      rows={view.rows.map((row) => drawnRow(row, view.columns))}
    />
  )
}

// What did not change comes back as the same row and the same columns, and is not drawn again.
const drawn = new WeakMap<ResourceRow, { readonly columns: ResourcesView['columns']; readonly row: DataRow }>()

function drawnRow(row: ResourceRow, columns: ResourcesView['columns']): DataRow {
  const before = drawn.get(row)
  if (before?.columns === columns) return before.row
  const made = rowOf(row, columns)
  drawn.set(row, { columns, row: made })
  return made
}

const rowOf = (row: ResourceRow, columns: ResourcesView['columns']): DataRow => ({
  id: `${row.ref.namespace}/${row.ref.name}`,
  href: routes.object(row.ref),
  cells: {
    name: <UntrustedText inline text={row.ref.name} />,
    namespace: <UntrustedText inline text={row.ref.namespace} />,
    health: <HealthCell row={row} />,
    ...Object.fromEntries(columns.map(({ key, time }, index) => [key, <Cell key={key} value={row.cells[index] ?? null} time={time} />])),
    created: row.created === undefined ? '' : <Time at={row.created} />,
  },
})

function HealthCell({ row }: { readonly row: ResourceRow }) {
  const { tone, word } = HEALTH_LOOK[row.health]
  return (
    <span title={visibleText(row.words)}>
      <StatusMark tone={tone}>{word}</StatusMark>
      <span className="sr-only">: {visibleText(row.words)}</span>
    </span>
  )
}

function Cell({ value, time }: { readonly value: Shown<string | null>; readonly time: boolean }) {
  if (value === null) return null
  if (isRestricted(value)) return <Restricted level={value.requiredLevel} />
  return time ? <Time at={value} /> : <UntrustedText inline text={value} />
}
