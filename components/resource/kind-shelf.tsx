import { GenerationTag } from '#components/resource/generation-tag.tsx'
import { HealthCounts } from '#components/resource/health-counts.tsx'
import { AppLink } from '#components/ui/app-link.tsx'
import { DataTable } from '#components/ui/data-table.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { UntrustedText } from '#components/ui/untrusted-text.tsx'
import { visibleText } from '#components/ui/visible-text.ts'
import { HEALTHS } from '#lib/kube/summary/reading.ts'
import { type KindsAddress, withKindsGroup, withKindsPage } from '#lib/resource/kinds-address.ts'
import type { GroupLine, KindLine, KindsView, Shelf, ShelfPart } from '#lib/resource/view.ts'
import { routes } from '#lib/routes.ts'

const KINDS = [
  { key: 'kind', title: 'Kind', width: '22%' },
  { key: 'group', title: 'Group', mono: true, width: '24%' },
  { key: 'generation', title: 'Generation', width: '24%' },
  { key: 'count', title: 'Objects', align: 'end', width: '6rem' },
  { key: 'health', title: 'Health' },
] as const

const GROUPS = [
  { key: 'group', title: 'Group', mono: true, width: '40%' },
  { key: 'kinds', title: 'Kinds', align: 'end', width: '6rem' },
  { key: 'count', title: 'Objects', align: 'end', width: '6rem' },
  { key: 'health', title: 'Health' },
] as const

const isBadged = ({ generation, among }: KindLine): boolean => generation !== undefined || among !== 'only'
const counted = (count: number, one: string): string => `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`

type Props = { readonly shelf: Shelf; readonly view: KindsView; readonly address: KindsAddress }

/** The kinds of one shelf; where they are more than a page holds, the API groups that they are of. */
export function KindShelf({ shelf, view, address }: Props) {
  const lines = view.lines.filter((line) => line.shelf === shelf)
  const groups = view.groups.filter((line) => line.shelf === shelf)
  const part = view.parts.find((each) => each.shelf === shelf)
  if (lines.length === 0 && groups.length === 0) return null
  const kinds = counted(part?.kinds ?? lines.length, 'kind')
  return (
    <Panel title={shelf} about={part?.shows === 'groups' ? `${kinds} in ${counted(part.groups, 'API group')}` : kinds} flush>
      {lines.length > 0 && <Kinds shelf={shelf} lines={lines} cluster={address.cluster} />}
      {groups.length > 0 && <Groups shelf={shelf} groups={groups} address={address} />}
      {part !== undefined && <Pager part={part} address={address} />}
    </Panel>
  )
}

type KindsProps = { readonly shelf: Shelf; readonly lines: readonly KindLine[]; readonly cluster: string | undefined }

function Kinds({ shelf, lines, cluster }: KindsProps) {
  return (
    <DataTable
      label={shelf}
      primary="kind"
      columns={lines.some(isBadged) ? KINDS : KINDS.filter(({ key }) => key !== 'generation')}
      rows={lines.map((line) => ({
        id: `${line.group}/${line.kind}`,
        href: routes.resourceKind(line, cluster),
        quiet: line.count === 0,
        cells: {
          kind: <KindName line={line} />,
          group: <UntrustedText inline text={line.group || 'core'} />,
          generation: <GenerationTag generation={line.generation} among={line.among} />,
          count: line.state === 'down' || line.state === 'unopened' ? '' : line.count.toLocaleString('en'),
          health: <Standing line={line} />,
        },
      }))}
    />
  )
}

function Groups({
  shelf,
  groups,
  address,
}: {
  readonly shelf: Shelf
  readonly groups: readonly GroupLine[]
  readonly address: KindsAddress
}) {
  return (
    <DataTable
      label={shelf}
      primary="group"
      columns={GROUPS}
      rows={groups.map(({ group, kinds, count, health, unread, unopened }) => ({
        id: group,
        href: withKindsGroup(address, group),
        quiet: count === 0,
        cells: {
          group: <UntrustedText inline text={group || 'core'} />,
          kinds: kinds.toLocaleString('en'),
          count: unopened + unread === kinds ? '' : count.toLocaleString('en'),
          health: (
            <span className="inline-flex flex-wrap gap-x-3">
              {HEALTHS.some((each) => health[each] > 0) && <HealthCounts health={health} />}
              {unread > 0 && <StatusMark tone="unknown">{counted(unread, 'kind')} cannot be read</StatusMark>}
              {unopened > 0 && <span className="text-muted">{counted(unopened, 'kind')} not opened</span>}
            </span>
          ),
        },
      }))}
    />
  )
}

/** What of a shelf is shown, where that is not all, and the way to the rest. */
function Pager({ part, address }: { readonly part: ShelfPart; readonly address: KindsAddress }) {
  const { shelf, shows, from, to, page, pages } = part
  if (pages === 1) return null
  const all = shows === 'groups' ? part.groups : part.kinds
  return (
    <nav aria-label={`Pages of ${shelf}`} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3 py-2 text-muted">
      <span>
        {shows === 'groups' ? 'Groups' : 'Kinds'} {from.toLocaleString('en')} to {to.toLocaleString('en')} of {all.toLocaleString('en')}
      </span>
      {page > 1 && <AppLink href={withKindsPage(address, page - 1)}>Previous page</AppLink>}
      {page < pages && <AppLink href={withKindsPage(address, page + 1)}>Next page</AppLink>}
    </nav>
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
  if (line.state === 'unopened') return <span className="text-muted">Not followed until somebody opens it</span>
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
