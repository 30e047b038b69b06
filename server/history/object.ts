import 'server-only'
import { boundedView } from '#lib/bounded.ts'
import { stringify } from 'yaml'
import { atLeast, type Level, restricted } from '#lib/access/level.ts'
import { AppError } from '#lib/error.ts'
import { conditionTone } from '#lib/history/condition-events.ts'
import type { ObjectView, ReferenceView } from '#lib/history/object-view.ts'
import { type Reference, referencesOf } from '#lib/history/references.ts'
import { CONCEPT } from '#lib/kube/concept.ts'
import { kubectlGet } from '#lib/kube/kubectl.ts'
import { masked } from '#lib/kube/mask.ts'
import { conditionsOf, type KubeObject, saidBy } from '#lib/kube/object.ts'
import { type ResourceRef, refOf } from '#lib/kube/ref.ts'
import { meaningOf, resolveAll, servedAs } from '#lib/kube/resolve.ts'
import { summaryOf } from '#lib/kube/summary.ts'
import { clustersRead, inCluster } from '#server/access/in-cluster.ts'
import { everyKind } from '#server/adapter/kube/every-kind.ts'
import { requestOf } from '#server/history/repo.ts'
import type { Ctx } from '#server/context.ts'
import { asServed, ObjectInput } from '#server/history/object-input.ts'
import { createScene } from '#server/history/scene.ts'
import { query } from '#server/verb.ts'

const IN_MAX = 100

/** One object of any kind: what it is, how it stands, what it names and what names it. */
export const getObject = query({
  name: 'object.get',
  input: ObjectInput,
  needs: () => ({ signedIn: true }),
  machine: true,
  async run(asker, asked): Promise<ObjectView> {
    const ctx = inCluster(asker, asked.cluster) ?? asker
    const ref = asServed(ctx, asked)
    const found = await presenceOf(ctx, ref)
    const scene = await createScene(ctx)
    const level = await scene.levelOfRef(ref)
    const { object } = found
    const incoming = referrers(ctx, ref)
    return boundedView({
      ref,
      elsewhere: ref.cluster === ctx.clusters[0].cluster ? undefined : ref.cluster,
      presence: found.presence,
      problem: found.problem,
      domains: scene.domainsOf(ref, object),
      level,
      ...summaryShown(object, level),
      facts: object === undefined ? [] : factsOf(object),
      ...calledNow(ref),
      also: othersOf(ctx, ref),
      kubectl: object === undefined ? undefined : kubectlGet(ref, everyKind(ctx.kube)),
      conditions: object === undefined ? [] : conditionsShown(object, level),
      out: object === undefined ? [] : referencesOf(object, scene.served).map((each) => resolved(ctx, each)),
      in: incoming.slice(0, IN_MAX),
      moreIn: Math.max(0, incoming.length - IN_MAX),
      yaml: object === undefined ? undefined : atLeast(level, 'Operational') ? yamlOf(masked(object)) : restricted('Operational'),
      managers: atLeast(level, 'Operational') ? managersOf(object) : [],
      request: await requestOf(ctx.db, ref),
    })
  },
})

type Presence = { readonly object: KubeObject | undefined; readonly presence: ObjectView['presence']; readonly problem: string | undefined }

/** An object of another cluster is known through Git and history only. Throws not_found for a kind nobody ever served here. */
async function presenceOf(ctx: Ctx, ref: ResourceRef): Promise<Presence> {
  if (ref.cluster !== ctx.kube.cluster)
    return {
      object: undefined,
      presence: 'unknown',
      problem: `This portal does not read the cluster ${ref.cluster}, only ${clustersRead(ctx)}. What is recorded stands below.`,
    }
  const served = servedAs(everyKind(ctx.kube), ref)
  if (served !== undefined) await ctx.kube.follow(served.group, served.kind)
  const found = ctx.kube.get(ref.group, ref.kind, ref.namespace, ref.name)
  if (found.state === 'down') return { object: undefined, presence: 'unknown', problem: `The cluster did not answer: ${found.problem}.` }
  const problem = found.state === 'stale' ? `The cluster does not answer now: ${found.problem}. This is as of the last answer.` : undefined
  if (found.value === undefined && served === undefined) throw new AppError('not_found', `There is no ${ref.kind} ${ref.name}.`)
  return { object: found.value, presence: found.value === undefined ? 'absent' : 'there', problem }
}

const factsOf = (object: KubeObject): ObjectView['facts'] => {
  const { metadata } = object
  const phase = Reflect.get(Object(object.status), 'phase') ?? Reflect.get(Object(object.status), 'currentPhase')
  const version = Reflect.get(Object(object.spec), 'version')
  const rows: readonly (readonly [string, unknown])[] = [
    ['API version', object.apiVersion],
    ['Namespace', metadata.namespace],
    ['Created', metadata.creationTimestamp],
    ['Generation', metadata.generation],
    ['Version', version],
    ['Phase', phase],
    ['Being deleted since', metadata.deletionTimestamp],
    ['UID', metadata.uid],
  ]
  return rows.flatMap(([label, value]) => (typeof value === 'string' || typeof value === 'number' ? [{ label, value: String(value) }] : []))
}

const conditionsShown = (object: KubeObject, level: Level): ObjectView['conditions'] =>
  conditionsOf(object).map((condition) => ({
    type: condition.type,
    status: condition.status,
    reason: atLeast(level, 'Operational') ? saidBy(condition, 'reason') : restricted('Operational'),
    message: atLeast(level, 'Operational') ? saidBy(condition, 'message') : restricted('Operational'),
    since: saidBy(condition, 'lastTransitionTime') || undefined,
    tone: conditionTone(condition),
  }))

/** A reference says no namespace as often as not: where the named place is empty, the only object of that name is meant. */
function resolved(ctx: Ctx, { field, group, kind, namespace, name, known }: Reference): ReferenceView {
  const ref: ResourceRef = { cluster: ctx.kube.cluster, group, kind, namespace, name }
  if (!known) return { field, ref, state: 'unknown' }
  const all = ctx.kube.listKind(group, kind)
  if (all.state === 'down') return { field, ref, state: 'unknown' }
  const named = all.value.filter(({ metadata }) => metadata.name === name)
  const exact = named.find(({ metadata }) => (metadata.namespace ?? '') === namespace) ?? (named.length === 1 ? named[0] : undefined)
  return exact === undefined ? { field, ref, state: 'missing' } : { field, ref: refOf(ctx.kube.cluster, exact), state: 'there' }
}

/** Objects of platform kinds that name this one; the core group is left out, it names no governed object. */
function referrers(ctx: Ctx, ref: ResourceRef): readonly ReferenceView[] {
  const served = ctx.kube.servedKinds()
  return served
    .filter(({ group }) => group.includes('.'))
    .flatMap(({ group, kind }) => {
      const all = ctx.kube.listKind(group, kind)
      if (all.state === 'down') return []
      return all.value.flatMap((object) =>
        referencesOf(object, served)
          .filter((each) => each.kind === ref.kind && each.name === ref.name && each.group === ref.group)
          .filter((each) => sameObject(resolved(ctx, each).ref, ref))
          .slice(0, 1)
          .map((each): ReferenceView => ({ field: each.field, ref: refOf(ctx.kube.cluster, object), state: 'there' })),
      )
    })
}

const sameObject = (a: ResourceRef, b: ResourceRef): boolean => a.namespace === b.namespace && a.name === b.name

function yamlOf(object: KubeObject): string {
  const { managedFields: _, ...metadata } = object.metadata
  const { apiVersion, kind, metadata: __, ...rest } = object
  return stringify({ apiVersion, kind, metadata, ...rest }, { lineWidth: 0, aliasDuplicateObjects: false })
}

/** The kind's own terms come out of spec and status, so they need what the document needs. */
function summaryShown(object: KubeObject | undefined, level: Level): Pick<ObjectView, 'health' | 'own'> {
  if (object === undefined) return { health: undefined, own: [] }
  const open = atLeast(level, 'Operational')
  const { health, facts } = summaryOf(object)
  const detail = health.detail === undefined || open ? health.detail : restricted('Operational')
  return { health: { is: health.health, words: health.words, detail }, own: open ? facts : restricted('Operational') }
}

function calledNow(kind: Pick<ResourceRef, 'group' | 'kind'>): Pick<ObjectView, 'known' | 'generation'> {
  const meaning = meaningOf(kind)
  const newest = meaning === undefined ? undefined : CONCEPT[meaning.concept].kind
  return { known: newest === kind.kind ? undefined : newest, generation: meaning?.name.generation }
}

/** A live cluster can hold a mix of generations: the same name under another of them is most likely the same thing. */
function othersOf(ctx: Ctx, ref: ResourceRef): ObjectView['also'] {
  const meaning = meaningOf(ref)
  if (meaning === undefined) return []
  return resolveAll(meaning.concept, ctx.kube.servedKinds())
    .filter(({ group, kind }) => group !== ref.group || kind !== ref.kind)
    .flatMap(({ group, kind, generation }) => {
      const found = ctx.kube.get(group, kind, ref.namespace, ref.name)
      if (found.state === 'down' || found.value === undefined) return []
      return [{ ref: { ...ref, group, kind }, generation }]
    })
}

const managersOf = (object: KubeObject | undefined): ObjectView['managers'] =>
  (object?.metadata.managedFields ?? []).map(({ manager, operation, subresource, time }) => ({
    manager: manager ?? 'unknown',
    what: `${operation ?? 'Update'}${subresource === undefined ? '' : ` of ${subresource}`}`,
    at: time,
  }))
