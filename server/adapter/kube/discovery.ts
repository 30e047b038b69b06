import 'server-only'
import { z } from 'zod'
import { isEvent } from '#lib/kube/built-in.ts'
import type { ServedKind } from '#lib/kube/concept.ts'
import { AppError } from '#lib/error.ts'
import type { Connection } from '#server/adapter/kube/connection.ts'

/** Everything in one answer (Kubernetes 1.30 and later); older servers answer with the list of groups. */
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
/** Thousands of kinds are some megabytes. */
const DISCOVERY_DEADLINE_MS = 10_000

const Aggregated = z.object({
  kind: z.literal('APIGroupDiscoveryList'),
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string().default('') }).default({ name: '' }),
      versions: z
        .array(
          z.object({
            version: z.string(),
            /** `Stale`: an aggregated API server did not answer, and this is what it said last. */
            freshness: z.string().default('Current'),
            resources: z
              .array(
                z.object({
                  resource: z.string(),
                  responseKind: z.object({ kind: z.string() }).optional(),
                  scope: z.string(),
                  verbs: z.array(z.string()).default([]),
                }),
              )
              .default([]),
          }),
        )
        .default([]),
    }),
  ),
})
const GroupList = z.object({ groups: z.array(z.object({ name: z.string(), preferredVersion: z.object({ version: z.string() }) })) })
const ResourceList = z.object({
  resources: z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean(), verbs: z.array(z.string()) })),
})

/** What discovery found, and which groups did not say what they serve: an aggregated API server may be down alone. */
export type Discovered = { readonly kinds: readonly ServedKind[]; readonly silent: readonly string[] }

/** Every kind that is served now and may be listed and watched, in the preferred version of its group. */
export async function discover(connection: Connection): Promise<Discovered> {
  const apis = await read(connection, '/apis', z.union([Aggregated, GroupList]), AGGREGATED)
  if (!('items' in apis)) return discoverByGroup(connection, apis)
  const core = await read(connection, '/api', Aggregated, AGGREGATED)
  // The first version is the preferred one, as in the list of groups.
  const preferred = [...core.items, ...apis.items].flatMap(({ metadata, versions }) =>
    versions.slice(0, 1).map((version) => ({ group: metadata.name, ...version })),
  )
  return {
    kinds: preferred.flatMap(({ group, version, freshness, resources }) =>
      freshness === 'Stale'
        ? []
        : resources
            .filter(({ verbs, responseKind }) => isWatched(verbs) && isFollowable(group, responseKind?.kind))
            .map(({ resource, responseKind, scope }): ServedKind => {
              return { group, version, kind: responseKind?.kind ?? '', plural: resource, namespaced: scope === 'Namespaced' }
            }),
    ),
    silent: preferred.flatMap(({ group, freshness }) => (freshness === 'Stale' ? [group] : [])),
  }
}

async function discoverByGroup(connection: Connection, { groups }: z.output<typeof GroupList>): Promise<Discovered> {
  const versions = [
    { group: '', version: 'v1' },
    ...groups.map((group) => ({ group: group.name, version: group.preferredVersion.version })),
  ]
  const answers = await Promise.allSettled(versions.map((at) => kindsOf(connection, at)))
  const [failed] = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []))
  if (failed !== undefined && answers.every(({ status }) => status === 'rejected')) throw failed
  return {
    kinds: answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : [])),
    silent: versions.flatMap(({ group }, at) => (answers[at]?.status === 'rejected' ? [group] : [])),
  }
}

async function kindsOf(connection: Connection, { group, version }: Pick<ServedKind, 'group' | 'version'>): Promise<readonly ServedKind[]> {
  const { resources } = await read(connection, group === '' ? `/api/${version}` : `/apis/${group}/${version}`, ResourceList)
  return resources
    .filter((resource) => !resource.name.includes('/') && isWatched(resource.verbs) && isFollowable(group, resource.kind))
    .map((resource): ServedKind => ({ group, version, kind: resource.kind, plural: resource.name, namespaced: resource.namespaced }))
}

const isWatched = (verbs: readonly string[]): boolean => verbs.includes('list') && verbs.includes('watch')
const isFollowable = (group: string, kind: string | undefined): kind is string => kind !== undefined && !isEvent({ group, kind })

async function read<S extends z.ZodType>(connection: Connection, path: string, schema: S, accept?: string): Promise<z.output<S>> {
  const { status, body } = await connection.json('GET', path, {
    deadlineMs: DISCOVERY_DEADLINE_MS,
    ...(accept !== undefined && { accept: `${accept},application/json` }),
  })
  if (status !== 200) throw new AppError('unavailable', `The Kubernetes API server answered ${status} to discovery.`, { cause: body })
  const parsed = schema.safeParse(body)
  if (!parsed.success)
    throw new AppError('malformed', 'The Kubernetes API server sent a discovery document that cannot be read.', { cause: parsed.error })
  return parsed.data
}
