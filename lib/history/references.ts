import type { ServedKind } from '#lib/kube/concept.ts'
import { type KindFinder, kindFinder, targetOf } from '#lib/history/reference-target.ts'
import { groupOf, type KubeObject } from '#lib/kube/object.ts'

/** One object naming another. `field` is where; a target that no served kind fits is kept as text. */
export type Reference = {
  readonly field: string
  readonly group: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly known: boolean
}

const DEPTH_MAX = 12

/** Groups of the platform, where a field's name says which concept is meant. */
const PLATFORM = /(^|\.)ontai\.dev$|\.cluster\.x-k8s\.io$/
/** Joins a derived object to its lineage record without the record (kinds.md 2.3). */
const ROOT_RECORD = 'infrastructure.ontai.dev/root-ili'

type Known = {
  readonly served: readonly ServedKind[]
  readonly names: string
  readonly kinds: KindFinder
  readonly found: WeakMap<KubeObject, readonly Reference[]>
}

// What names an object is asked of every object of the cluster. Objects are replaced, never changed, so what one names holds as long as
// the same kinds are served; discovery gives an equal list again and again.
let last: Known | undefined

function knownOf(served: readonly ServedKind[]): Known {
  if (last?.served === served) return last
  const names = served.map(({ group, kind }) => `${group}/${kind}`).join(' ')
  last = last?.names === names ? { ...last, served } : { served, names, kinds: kindFinder(served), found: new WeakMap() }
  return last
}

/** What an object names: owner references and every `…Ref` of its spec and status, resolved by kind name against what is served. */
export function referencesOf(object: KubeObject, served: readonly ServedKind[]): readonly Reference[] {
  const { kinds, found } = knownOf(served)
  const before = found.get(object)
  if (before) return before
  const made = referencesIn(object, kinds)
  found.set(object, made)
  return made
}

function referencesIn(object: KubeObject, kinds: KindFinder): readonly Reference[] {
  const namespace = object.metadata.namespace ?? ''
  const found: Reference[] = (object.metadata.ownerReferences ?? []).map((owner) => ({
    field: 'metadata.ownerReferences',
    group: groupOf(owner),
    kind: owner.kind,
    namespace,
    name: owner.name,
    known: kinds({ kind: owner.kind, name: owner.name, group: groupOf(owner) }) !== undefined,
  }))
  const isPlatform = PLATFORM.test(groupOf(object))
  const add = (field: string, key: string, value: unknown): void => {
    const target = targetOf(key, value, isPlatform)
    if (target === undefined) return
    const kind = kinds(target)
    found.push({
      field,
      group: kind?.group ?? target.group ?? '',
      kind: kind?.kind ?? target.kind,
      namespace: kind?.namespaced === false ? '' : (target.namespace ?? namespace),
      name: target.name,
      known: kind !== undefined,
    })
  }
  const record = object.metadata.labels?.[ROOT_RECORD]
  if (record !== undefined)
    add(`metadata.labels[${ROOT_RECORD}]`, 'lineageRef', { name: record, namespace: object.metadata.labels?.[`${ROOT_RECORD}-namespace`] })
  walk(object.spec, 'spec', add, 0)
  walk(object.status, 'status', add, 0)
  return distinct(found)
}

function walk(value: unknown, path: string, add: (field: string, key: string, value: unknown) => void, depth: number): void {
  if (depth > DEPTH_MAX || typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) walk(each, `${path}[${index}]`, add, depth + 1)
    return
  }
  for (const [key, each] of Object.entries(value)) {
    add(`${path}.${key}`, key, each)
    walk(each, `${path}.${key}`, add, depth + 1)
  }
}

function distinct(found: readonly Reference[]): readonly Reference[] {
  const byKey = new Map<string, Reference>()
  for (const one of found) {
    const key = `${one.group}/${one.kind}/${one.namespace}/${one.name}/${one.field}`
    if (!byKey.has(key)) byKey.set(key, one)
  }
  return [...byKey.values()]
}
