import type { Concept, ServedKind } from '#lib/kube/concept.ts'
import { meaningOf, resolveConcept } from '#lib/kube/resolve.ts'

/** What a field names: a concept or a kind by its name, in a group where it says one. */
export type Target = {
  readonly kind: string
  readonly concept?: Concept | undefined
  readonly name: string
  readonly group?: string | undefined
  readonly namespace?: string | undefined
}

/** Fields of platform kinds whose name is no kind's name in every generation (kinds.md 4). */
const CONCEPT_OF: ReadonlyMap<string, Concept> = new Map([
  ['clusterRef', 'cluster'],
  ['targetClusterRef', 'cluster'],
  ['clusterPackRef', 'pack'],
  ['packInstanceRef', 'packInstalled'],
  ['packExecutionRef', 'packExecution'],
  ['operationResultRef', 'packLog'],
  ['previousRevisionRef', 'packLog'],
  ['talosClusterOperationResultRef', 'clusterLog'],
  ['admissionProfileRef', 'rbacProfile'],
  ['maximumPermissionSetRef', 'permissionSet'],
  ['lineageRef', 'lineage'],
])

/** Fields whose value is a bare identity name. */
const IDENTITY_FIELDS = /^(sourceIdentity|targetIdentity)$/

/** Reads one field as a reference; undefined when it is none. */
export function targetOf(key: string, value: unknown, isPlatform: boolean): Target | undefined {
  if (IDENTITY_FIELDS.test(key)) return typeof value === 'string' ? { kind: 'DomainIdentity', name: value } : undefined
  if (key === 'rootBinding' && isPlatform) return rootOf(value)
  if (!key.endsWith('Ref') || key === 'Ref') return undefined
  const named = { kind: key.slice(0, -3), concept: isPlatform ? CONCEPT_OF.get(key) : undefined }
  if (typeof value === 'string') return value === '' ? undefined : { ...named, name: value }
  const [name, kind] = [text(value, 'name'), text(value, 'kind')]
  if (name === undefined) return undefined
  return {
    ...named,
    ...(kind !== undefined && { kind, concept: undefined }),
    name,
    group: text(value, 'group'),
    namespace: text(value, 'namespace'),
  }
}

/** The root of a lineage record: a kind without a group (kinds.md 4.10). */
function rootOf(value: unknown): Target | undefined {
  const [kind, name] = [text(value, 'rootKind'), text(value, 'rootName')]
  return kind === undefined || name === undefined ? undefined : { kind, name, namespace: text(value, 'rootNamespace') }
}

function text(value: unknown, field: string): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return undefined
  const found: unknown = Reflect.get(value, field)
  return typeof found === 'string' && found !== '' ? found : undefined
}

/** Finds the served kind that a target means. */
export type KindFinder = (target: Target) => ServedKind | undefined

/** A kind named with its group is that one, or its concept under the name served now; a bare kind name is the best of those that bear it. */
export function kindFinder(served: readonly ServedKind[]): KindFinder {
  const exact = new Map(served.map((kind) => [`${kind.group}/${kind.kind.toLowerCase()}`, kind]))
  const byName = new Map<string, ServedKind>()
  for (const kind of served.toSorted((a, b) => rankOf(b) - rankOf(a))) byName.set(kind.kind.toLowerCase(), kind)
  const concepts = new Map<Concept, ServedKind | undefined>()
  const best = (concept: Concept): ServedKind | undefined => {
    if (!concepts.has(concept)) concepts.set(concept, resolveConcept(concept, served))
    return concepts.get(concept)
  }
  return ({ kind, concept, group }) => {
    if (concept !== undefined) return best(concept)
    if (group === undefined) return byName.get(kind.toLowerCase())
    const meant = meaningOf({ group, kind })?.concept
    return exact.get(`${group}/${kind.toLowerCase()}`) ?? (meant && best(meant))
  }
}

const STRANGER = 99
const rankOf = (kind: ServedKind): number => meaningOf(kind)?.rank ?? STRANGER
