/** What Guardian reads of the API objects it computes from, in any API generation. */
export type GuardianObject = {
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly spec?: Readonly<Record<string, unknown>>
  readonly status?: Readonly<Record<string, unknown>>
}

export type GuardianObjects = {
  readonly profiles: readonly GuardianObject[]
  readonly policies: readonly GuardianObject[]
  readonly permissionSets: readonly GuardianObject[]
}

export type Rule = {
  readonly apiGroup: string
  readonly resource: string
  readonly verbs: readonly string[]
  readonly resourceNames?: readonly string[]
}

/** Effective rules: cluster, then principal, then its rules sorted by group and resource. */
export type PermissionGraph = ReadonlyMap<string, ReadonlyMap<string, readonly Rule[]>>

type Declared = {
  readonly apiGroup: string
  readonly resource: string
  readonly verbs: readonly string[]
  readonly names: readonly string[]
}

/** Computes the effective permission graph of `guardian.md` 1.4 from profiles that are provisioned. */
export function computeGraph(objects: GuardianObjects): PermissionGraph {
  const graph = new Map<string, Map<string, Rule[]>>()
  for (const profile of objects.profiles) {
    if (profile.status?.['provisioned'] !== true) continue
    const policy = objects.policies.find(named(text(profile.spec?.['rbacPolicyRef']), profile.metadata.namespace))
    const ceiling = rulesOf(objects, text(policy?.spec?.['maximumPermissionSetRef']), policy?.metadata.namespace)
    const targets = texts(profile.spec?.['targetClusters'])
    const principal = text(profile.spec?.['principalRef'])
    for (const declaration of records(profile.spec?.['permissionDeclarations'])) {
      const only = texts(declaration['clusters'])
      const declared = rulesOf(objects, text(declaration['permissionSetRef']), profile.metadata.namespace)
      const rules = declared.flatMap((rule) => cut(rule, ceiling))
      for (const cluster of targets.filter((target) => only.length === 0 || only.includes(target))) {
        const principals = graph.get(cluster) ?? new Map<string, Rule[]>()
        graph.set(cluster, principals)
        principals.set(principal, merge([...(principals.get(principal) ?? []), ...rules]))
      }
    }
  }
  return graph
}

/** What the ceiling leaves of a declared rule. Disjoint names leave an empty list, which then means all: Guardian's own edge effect. */
function cut(rule: Declared, ceiling: readonly Declared[]): Rule[] {
  const over = ceiling.filter(
    (max) => (max.apiGroup === '*' || max.apiGroup === rule.apiGroup) && (max.resource === '*' || max.resource === rule.resource),
  )
  const verbs = rule.verbs.filter((verb) => over.some((max) => max.verbs.includes(verb)))
  if (verbs.length === 0) return []
  const allowed = over.some((max) => max.names.length === 0) ? [] : over.flatMap((max) => max.names)
  const names = rule.names.length === 0 ? allowed : allowed.length === 0 ? rule.names : rule.names.filter((name) => allowed.includes(name))
  return [{ apiGroup: rule.apiGroup, resource: rule.resource, verbs, ...(names.length > 0 && { resourceNames: names }) }]
}

/** Unites the verbs of rules that speak of the same things. */
function merge(rules: readonly Rule[]): Rule[] {
  const merged = new Map<string, Rule>()
  for (const rule of rules) {
    const key = JSON.stringify([rule.apiGroup, rule.resource, [...(rule.resourceNames ?? [])].sort()])
    const before = merged.get(key)
    merged.set(key, before ? { ...rule, verbs: [...new Set([...before.verbs, ...rule.verbs])] } : rule)
  }
  return [...merged.values()].sort((a, b) => order(a.apiGroup, b.apiGroup) || order(a.resource, b.resource))
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The rules of a permission set, one per group and resource. The set of the same namespace wins over one elsewhere. */
function rulesOf({ permissionSets }: GuardianObjects, name: string, namespace: string | undefined): Declared[] {
  const set = permissionSets.find(named(name, namespace)) ?? permissionSets.find((found) => found.metadata.name === name)
  return records(set?.spec?.['permissions']).flatMap((permission) => {
    const groups = texts(permission['apiGroups'])
    return (groups.length === 0 ? [''] : groups).flatMap((apiGroup) =>
      texts(permission['resources']).map((resource) => ({
        apiGroup,
        resource,
        verbs: texts(permission['verbs']),
        names: texts(permission['resourceNames']),
      })),
    )
  })
}

const named =
  (name: string, namespace: string | undefined) =>
  ({ metadata }: GuardianObject): boolean =>
    metadata.name === name && metadata.namespace === namespace

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [])
const records = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter((one): one is Record<string, unknown> => typeof one === 'object' && one !== null) : []
