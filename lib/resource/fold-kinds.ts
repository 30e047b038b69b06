import { HEALTHS, type Health } from '#lib/kube/summary/reading.ts'
import type { GroupLine, KindLine, KindsView, Shelf, ShelfPart } from '#lib/resource/view.ts'

/** A shelf of strangers shows so many lines at once: the platform's own kinds are about as many. */
export const LINES_MAX = 100

const STRANGE: readonly Shelf[] = ['Other kinds', 'Kubernetes']
const isStrange = ({ shelf }: Pick<KindLine, 'shelf'>): boolean => STRANGE.includes(shelf)

/**
 * What of many kinds is shown: the platform's always whole; strangers by API group, and where they are more than a page holds, each group as
 * one line. `lines` come sorted by kind.
 */
export function foldKinds(lines: readonly KindLine[], page: number): Pick<KindsView, 'lines' | 'groups' | 'parts'> {
  const shelves = STRANGE.map((shelf) =>
    folded(
      shelf,
      lines.filter((line) => line.shelf === shelf),
      page,
    ),
  )
  return {
    lines: [...lines.filter((line) => !isStrange(line)), ...shelves.flatMap((each) => each.lines)],
    groups: shelves.flatMap((each) => each.groups),
    parts: shelves.map((each) => each.part).filter(({ kinds }) => kinds > 0),
  }
}

type Folded = { readonly lines: readonly KindLine[]; readonly groups: readonly GroupLine[]; readonly part: ShelfPart }

function folded(shelf: Shelf, lines: readonly KindLine[], page: number): Folded {
  const byGroup = Map.groupBy(lines, ({ group }) => group)
  const inOrder = [...byGroup].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const about = { shelf, kinds: lines.length, groups: byGroup.size }
  // A group alone is looked at for its kinds.
  if (lines.length > LINES_MAX && byGroup.size > 1) {
    const cut = pageOf(inOrder, page)
    const groups = cut.shown.map(([group, kinds]) => groupLine(shelf, group, kinds))
    return { lines: [], groups, part: { ...about, shows: 'groups', ...cut.place } }
  }
  const cut = pageOf(
    inOrder.flatMap(([, kinds]) => kinds),
    page,
  )
  return { lines: cut.shown, groups: [], part: { ...about, shows: 'kinds', ...cut.place } }
}

/** One page, the last where the address asks for one further on. */
function pageOf<T>(all: readonly T[], asked: number) {
  const pages = Math.max(1, Math.ceil(all.length / LINES_MAX))
  const page = Math.min(asked, pages)
  const from = (page - 1) * LINES_MAX
  const shown = all.slice(from, from + LINES_MAX)
  return { shown, place: { page, pages, from: from + 1, to: from + shown.length } }
}

function groupLine(shelf: Shelf, group: string, lines: readonly KindLine[]): GroupLine {
  const health: Record<Health, number> = { danger: 0, caution: 0, unknown: 0, ok: 0 }
  let count = 0
  for (const line of lines) {
    count += line.count
    for (const each of HEALTHS) health[each] += line.health[each]
  }
  const standing = (state: KindLine['state']): number => lines.filter((line) => line.state === state).length
  return { shelf, group, kinds: lines.length, count, health, unread: standing('down'), unopened: standing('unopened') }
}
