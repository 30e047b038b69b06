import { groupOf, type KubeObject } from '#lib/kube/object.ts'

/** Platform kinds by meaning, with the groups of each generation, newest first (kinds.md 1.1). A kind name alone names nothing. */
const PLATFORM = {
  cluster: ['seam.ontai.dev/TalosCluster', 'infrastructure.ontai.dev/InfrastructureTalosCluster', 'platform.ontai.dev/TalosCluster'],
  runner: ['seam.ontai.dev/RunnerConfig', 'infrastructure.ontai.dev/InfrastructureRunnerConfig', 'runner.ontai.dev/RunnerConfig'],
  pack: ['seam.ontai.dev/PackDelivery', 'infrastructure.ontai.dev/InfrastructureClusterPack', 'infra.ontai.dev/ClusterPack'],
  packExecution: ['seam.ontai.dev/PackExecution', 'infrastructure.ontai.dev/InfrastructurePackExecution', 'infra.ontai.dev/PackExecution'],
  packInstalled: ['seam.ontai.dev/PackInstalled', 'infrastructure.ontai.dev/InfrastructurePackInstance', 'infra.ontai.dev/PackInstance'],
  lineage: ['seam.ontai.dev/LineageRecord', 'infrastructure.ontai.dev/InfrastructureLineageIndex'],
  drift: ['seam.ontai.dev/DriftSignal', 'infrastructure.ontai.dev/DriftSignal'],
  identityProvider: ['guardian.ontai.dev/IdentityProvider', 'security.ontai.dev/IdentityProvider'],
  identityBinding: ['guardian.ontai.dev/IdentityBinding', 'security.ontai.dev/IdentityBinding'],
} as const satisfies Record<string, readonly string[]>

type PlatformConcept = keyof typeof PLATFORM

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

/** Sorts objects of all served kinds by what they mean. Of several served generations the newest that has objects is taken. */
export function sortConcepts(objects: readonly KubeObject[]): Concepts {
  const byKind = new Map<string, KubeObject[]>()
  for (const object of objects) {
    const key = `${groupOf(object)}/${object.kind}`
    const list = byKind.get(key)
    if (list) list.push(object)
    else byKind.set(key, [object])
  }
  const first = (keys: readonly string[]): readonly KubeObject[] => keys.map((key) => byKind.get(key)).find((list) => list) ?? []
  let named: ReadonlyMap<string, KubeObject> | undefined
  const byName = () =>
    (named ??= new Map(objects.map((object) => [`${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`, object])))
  return {
    platform: {
      cluster: first(PLATFORM.cluster),
      runner: first(PLATFORM.runner),
      pack: first(PLATFORM.pack),
      packExecution: first(PLATFORM.packExecution),
      packInstalled: first(PLATFORM.packInstalled),
      lineage: first(PLATFORM.lineage),
      drift: first(PLATFORM.drift),
      identityProvider: first(PLATFORM.identityProvider),
      identityBinding: first(PLATFORM.identityBinding),
    },
    core: (kind) => [...CORE_GROUPS].flatMap((group) => byKind.get(`${group}/${kind}`) ?? []),
    requests: [...byKind].flatMap(([key, list]) => (key.endsWith('/RelationshipAdmissionRequest') ? list : [])),
    instances: objects.filter((object) => isInstance(groupOf(object))),
    all: objects,
    find: (kind, namespace, name) => byName().get(`${kind}/${namespace}/${name}`),
  }
}

const isInstance = (group: string): boolean => !PLATFORM_GROUP.test(group) && !NOT_GOVERNED.test(group)
