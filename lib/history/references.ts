import type { ServedKind } from '#lib/kube/concept.ts'
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

/** Fields whose value is a bare identity name. */
const IDENTITY_FIELDS = /^(sourceIdentity|targetIdentity)$/

/** What an object names: owner references and every `…Ref` of its spec and status, resolved by kind name against what is served. */
export function referencesOf(object: KubeObject, served: readonly ServedKind[]): readonly Reference[] {
  const kinds = new Map(served.map((kind) => [kind.kind.toLowerCase(), kind]))
  const namespace = object.metadata.namespace ?? ''
  const found: Reference[] = (object.metadata.ownerReferences ?? []).map((owner) => ({
    field: 'metadata.ownerReferences',
    group: groupOf(owner),
    kind: owner.kind,
    namespace,
    name: owner.name,
    known: kinds.has(owner.kind.toLowerCase()),
  }))
  const add = (field: string, key: string, value: unknown): void => {
    const target = targetOf(key, value)
    if (target === undefined) return
    const kind = kinds.get(target.kind.toLowerCase())
    found.push({
      field,
      group: kind?.group ?? target.group ?? '',
      kind: kind?.kind ?? target.kind,
      namespace: kind?.namespaced === false ? '' : (target.namespace ?? namespace),
      name: target.name,
      known: kind !== undefined,
    })
  }
  walk(object.spec, 'spec', add, 0)
  walk(object.status, 'status', add, 0)
  return distinct(found)
}

type Target = { readonly kind: string; readonly name: string; readonly group?: string | undefined; readonly namespace?: string | undefined }

function targetOf(key: string, value: unknown): Target | undefined {
  if (IDENTITY_FIELDS.test(key)) return typeof value === 'string' ? { kind: 'DomainIdentity', name: value } : undefined
  if (!key.endsWith('Ref') || key === 'Ref') return undefined
  const kind = key.slice(0, -3)
  if (typeof value === 'string') return value === '' ? undefined : { kind, name: value }
  if (!isRecord(value)) return undefined
  const text = (field: string): string | undefined => {
    const each = value[field]
    return typeof each === 'string' && each !== '' ? each : undefined
  }
  const name = text('name')
  return name === undefined ? undefined : { kind: text('kind') ?? kind, name, group: text('group'), namespace: text('namespace') }
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

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function distinct(found: readonly Reference[]): readonly Reference[] {
  const byKey = new Map<string, Reference>()
  for (const one of found) {
    const key = `${one.group}/${one.kind}/${one.namespace}/${one.name}/${one.field}`
    if (!byKey.has(key)) byKey.set(key, one)
  }
  return [...byKey.values()]
}
