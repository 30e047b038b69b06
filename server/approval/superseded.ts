import 'server-only'
import { groupOf, type KubeObject, placeOf } from '#lib/kube/object.ts'
import { meaningOf } from '#lib/kube/resolve.ts'
import type { RequestRow } from '#server/approval/repo.ts'
import type { Ctx } from '#server/context.ts'

// A list is replaced when anything of it changes: who stands where in it holds as long as it is there.
const places = new WeakMap<readonly KubeObject[], ReadonlyMap<string, KubeObject>>()

function standingAt(objects: readonly KubeObject[], place: string): KubeObject | undefined {
  const known = places.get(objects) ?? new Map(objects.map((object) => [placeOf(object), object]))
  places.set(objects, known)
  return known.get(place)
}

/**
 * The request of the same namespace and name in a newer generation, which stands for this one (conflicts.md G1): it is another object with a
 * request of its own (decisions.md 1), and nobody shall be asked about both. Undefined unless the cluster shows it now.
 */
export function supersededBy({ kube }: Pick<Ctx, 'kube'>, row: RequestRow): KubeObject | undefined {
  if (row.kind !== 'admission') return undefined
  const all = kube.list('rar')
  if (all.state !== 'fresh') return undefined
  const standing = standingAt(all.value, `${row.namespace}/${row.name}`)
  if (standing === undefined || standing.metadata.uid === row.uid) return undefined
  const [own, its] = [
    { group: row.group, kind: row.resourceKind },
    { group: groupOf(standing), kind: standing.kind },
  ].map(meaningOf)
  return own !== undefined && its !== undefined && its.rank < own.rank ? standing : undefined
}
