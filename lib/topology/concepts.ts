import { CONCEPT, type Concept } from '#lib/kube/concept.ts'
import { mergeGenerations } from '#lib/kube/merge-generations.ts'
import { groupOf, type KubeObject } from '#lib/kube/object.ts'

/** What the topology needs of the platform; the concept registry knows the names of each generation (kinds.md 1.1). */
type PlatformConcept = Extract<
  Concept,
  'cluster' | 'runner' | 'pack' | 'packExecution' | 'packInstalled' | 'lineage' | 'drift' | 'identityProvider' | 'identityBinding'
>

/** Objects by meaning. `domain` and `app` are the two cores by kind, `instances` belong to groups that are no part of the platform. */
export type Concepts = {
  readonly platform: Readonly<Record<PlatformConcept, readonly KubeObject[]>>
  readonly core: (kind: string) => readonly KubeObject[]
  readonly requests: readonly KubeObject[]
  readonly instances: readonly KubeObject[]
  readonly all: readonly KubeObject[]
  /** An object by its kind and name in any group; lineage names no group that can be relied on. */
  readonly find: (kind: string, namespace: string, name: string) => KubeObject | undefined
}

const CORE_GROUPS = new Set(['core.ontai.dev', 'app.ontai.dev'])
const PLATFORM_GROUP = /^(seam|guardian|security|platform|infrastructure|infra|runner|core|app|vortex)\.ontai\.dev$/
const NOT_GOVERNED = /(^$|\.k8s\.io$|^apps$|^batch$)/

/** Sorts objects of all served kinds by what they mean. What several generations serve is merged, the newest wins (conflicts.md G1). */
export function sortConcepts(objects: readonly KubeObject[]): Concepts {
  const byKind = new Map<string, KubeObject[]>()
  for (const object of objects) {
    const key = `${groupOf(object)}/${object.kind}`
    const list = byKind.get(key)
    if (list) list.push(object)
    else byKind.set(key, [object])
  }
  const meaning = (concept: Concept): readonly KubeObject[] =>
    mergeGenerations(CONCEPT[concept].names.map(({ group, kind }) => byKind.get(`${group}/${kind}`) ?? []))
  let named: ReadonlyMap<string, KubeObject> | undefined
  const byName = () =>
    (named ??= new Map(objects.map((object) => [`${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`, object])))
  return {
    platform: {
      cluster: meaning('cluster'),
      runner: meaning('runner'),
      pack: meaning('pack'),
      packExecution: meaning('packExecution'),
      packInstalled: meaning('packInstalled'),
      lineage: meaning('lineage'),
      drift: meaning('drift'),
      identityProvider: meaning('identityProvider'),
      identityBinding: meaning('identityBinding'),
    },
    core: (kind) => [...CORE_GROUPS].flatMap((group) => byKind.get(`${group}/${kind}`) ?? []),
    requests: meaning('rar'),
    instances: objects.filter((object) => isInstance(groupOf(object))),
    all: objects,
    find: (kind, namespace, name) => byName().get(`${kind}/${namespace}/${name}`),
  }
}

const isInstance = (group: string): boolean => !PLATFORM_GROUP.test(group) && !NOT_GOVERNED.test(group)
