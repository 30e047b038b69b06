import type { JsonObject } from './json.ts'
import type { Registry } from './registry.ts'
import { apiVersionOf, verbsOf, type Resource } from './resource.ts'

const REVIEWS = [
  { group: 'authentication.k8s.io', plural: 'tokenreviews', kind: 'TokenReview', isNamespaced: false },
  { group: 'authentication.k8s.io', plural: 'selfsubjectreviews', kind: 'SelfSubjectReview', isNamespaced: false },
  { group: 'authorization.k8s.io', plural: 'subjectaccessreviews', kind: 'SubjectAccessReview', isNamespaced: false },
  { group: 'authorization.k8s.io', plural: 'selfsubjectaccessreviews', kind: 'SelfSubjectAccessReview', isNamespaced: false },
  { group: 'authorization.k8s.io', plural: 'selfsubjectrulesreviews', kind: 'SelfSubjectRulesReview', isNamespaced: false },
] as const

/** group to its versions, in the order in which the kinds were found. */
function groupsOf(registry: Registry): Map<string, string[]> {
  const groups = new Map<string, string[]>(REVIEWS.map(({ group }) => [group, ['v1']]))
  for (const { group, version } of registry.all()) {
    const versions = groups.get(group) ?? []
    if (!versions.includes(version)) groups.set(group, [...versions, version])
  }
  return groups
}

const groupEntry = (name: string, versions: readonly string[]): JsonObject => {
  const listed = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }))
  return { name, versions: listed, preferredVersion: listed[0] ?? {} }
}

const REVIEW_VERBS = ['create']

function entriesOf(resource: Resource): JsonObject[] {
  const { plural, singular, kind, isNamespaced, shortNames, categories, hasStatus } = resource
  const main: JsonObject = { name: plural, singularName: singular, namespaced: isNamespaced, kind, verbs: verbsOf(resource) }
  if (shortNames.length > 0) main['shortNames'] = [...shortNames]
  if (categories.length > 0) main['categories'] = [...categories]
  main['storageVersionHash'] = ''
  return [
    main,
    ...(hasStatus
      ? [{ name: `${plural}/status`, singularName: '', namespaced: isNamespaced, kind, verbs: ['get', 'patch', 'update'] }]
      : []),
  ]
}

export const apiVersions = (url: string): JsonObject => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: url.replace('https://', '') }],
})

export const groupList = (registry: Registry): JsonObject => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: [...groupsOf(registry)].filter(([name]) => name !== '').map(([name, versions]) => groupEntry(name, versions)),
})

export function groupOf(registry: Registry, name: string): JsonObject | null {
  const versions = groupsOf(registry).get(name)
  return versions === undefined ? null : { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(name, versions) }
}

/** APIResourceList of one group version; null when it is not served. */
export function resourceList(registry: Registry, group: string, version: string): JsonObject | null {
  if (!groupsOf(registry).get(group)?.includes(version)) return null
  const reviews = REVIEWS.filter((review) => review.group === group).map(({ plural, kind, isNamespaced }) => ({
    name: plural,
    singularName: kind.toLowerCase(),
    namespaced: isNamespaced,
    kind,
    verbs: REVIEW_VERBS,
  }))
  const own = registry.all().filter((resource) => resource.group === group && resource.version === version)
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf({ group, version }),
    resources: [...reviews, ...own.flatMap(entriesOf)],
  }
}

function aggregatedResource(resource: Resource): JsonObject {
  const { group, version, plural, singular, kind, isNamespaced, shortNames, categories, hasStatus } = resource
  const responseKind = { group, version, kind }
  return {
    resource: plural,
    responseKind,
    scope: isNamespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs: verbsOf(resource),
    ...(shortNames.length > 0 ? { shortNames: [...shortNames] } : {}),
    ...(categories.length > 0 ? { categories: [...categories] } : {}),
    ...(hasStatus ? { subresources: [{ subresource: 'status', responseKind, verbs: ['get', 'patch', 'update'] }] } : {}),
  }
}

/** apidiscovery.k8s.io/v2: everything in one answer. `core` selects /api instead of /apis. */
export function aggregated(registry: Registry, core: boolean, version: 'v2' | 'v2beta1'): JsonObject {
  const items = [...groupsOf(registry)]
    .filter(([group]) => (group === '') === core)
    .map(([group, versions]) => ({
      metadata: { name: group },
      versions: versions.map((served) => ({
        version: served,
        freshness: 'Current',
        resources: [
          ...REVIEWS.filter((review) => review.group === group).map(({ plural, kind }) => ({
            resource: plural,
            responseKind: { group, version: served, kind },
            scope: 'Cluster',
            singularResource: kind.toLowerCase(),
            verbs: REVIEW_VERBS,
          })),
          ...registry
            .all()
            .filter((resource) => resource.group === group && resource.version === served)
            .map(aggregatedResource),
        ],
      })),
    }))
  return { kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${version}`, metadata: {}, items }
}
