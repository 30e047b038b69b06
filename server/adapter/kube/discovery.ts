import 'server-only'
import { z } from 'zod'
import { CONCEPT, type Concept, type ServedKind } from '#lib/kube/concept.ts'
import { AppError } from '#lib/error.ts'
import type { Connection } from '#server/adapter/kube/connection.ts'

const GroupList = z.object({ groups: z.array(z.object({ name: z.string(), preferredVersion: z.object({ version: z.string() }) })) })
const ResourceList = z.object({
  resources: z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean(), verbs: z.array(z.string()) })),
})

/** Groups of the API server itself: their kinds are many, busy and not governed, so only those below are read. */
const BUILT_IN = /(^|\.)k8s\.io$|^(apps|batch|autoscaling|policy|extensions)$/
const BUILT_IN_READ = new Set(['/Namespace', '/ConfigMap', 'apiextensions.k8s.io/CustomResourceDefinition'])

/** What discovery found, and which groups did not say what they serve: an aggregated API server may be down alone. */
export type Discovered = { readonly kinds: readonly ServedKind[]; readonly silent: readonly string[] }

/** Every kind worth reading that is served now and may be listed and watched, in the preferred version of its group. */
export async function discover(connection: Connection): Promise<Discovered> {
  const { groups } = await read(connection, '/apis', GroupList)
  const versions = [
    { group: '', version: 'v1' },
    ...groups.map((group) => ({ group: group.name, version: group.preferredVersion.version })),
  ].filter(({ group }) => group === '' || !BUILT_IN.test(group) || group === 'apiextensions.k8s.io')
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
    .filter((resource) => !resource.name.includes('/') && resource.verbs.includes('list') && resource.verbs.includes('watch'))
    .filter((resource) => (group !== '' && !BUILT_IN.test(group)) || BUILT_IN_READ.has(`${group}/${resource.kind}`))
    .map((resource): ServedKind => ({ group, version, kind: resource.kind, plural: resource.name, namespaced: resource.namespaced }))
}

/** The groups that a concept may be served in, best first. */
export const groupsOf = (concept: Concept): readonly string[] => CONCEPT[concept].groups

/** The first group in which a concept is served (conflicts.md G1). */
export function resolveConcept(concept: Concept, served: readonly ServedKind[]): ServedKind | undefined {
  const { kind, groups } = CONCEPT[concept]
  for (const group of groups) {
    const found = served.find((candidate) => candidate.group === group && candidate.kind === kind)
    if (found) return found
  }
  return undefined
}

async function read<S extends z.ZodType>(connection: Connection, path: string, schema: S): Promise<z.output<S>> {
  const { status, body } = await connection.json('GET', path)
  if (status !== 200) throw new AppError('unavailable', `The Kubernetes API server answered ${status} to discovery.`, { cause: body })
  const parsed = schema.safeParse(body)
  if (!parsed.success)
    throw new AppError('malformed', 'The Kubernetes API server sent a discovery document that cannot be read.', { cause: parsed.error })
  return parsed.data
}
