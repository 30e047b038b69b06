import 'server-only'
import { servedAs } from '#lib/kube/resolve.ts'
import { atLeast, type Level, lowest } from '#lib/access/level.ts'
import { AppError } from '#lib/error.ts'
import { domainIndex, type DomainIndex, domainsOf } from '#lib/history/domains.ts'
import type { HistoryEvent, Subject } from '#lib/history/event.ts'
import type { ServedKind } from '#lib/kube/concept.ts'
import { groupOf, type KubeObject } from '#lib/kube/object.ts'
import { refKey, refOf, type ResourceRef } from '#lib/kube/ref.ts'
import { loginOfEmail } from '#lib/policy/rights.ts'
import type { Policy } from '#lib/policy/policy.ts'
import { inCluster } from '#server/access/in-cluster.ts'
import { everyKind } from '#server/adapter/kube/every-kind.ts'
import { levelOf } from '#server/access/level.ts'
import type { Ctx } from '#server/context.ts'
import { loadPolicy } from '#server/policy/load.ts'
import { lastStateOf } from '#server/history/repo-recorded.ts'

/** What one reading of history needs to know about the world: who answers for what, and what this viewer may read of it. */
export type Scene = {
  readonly ctx: Ctx
  readonly served: readonly ServedKind[]
  readonly domainsOf: (ref: Omit<ResourceRef, 'cluster'>, object?: KubeObject) => readonly string[]
  readonly live: (ref: Omit<ResourceRef, 'cluster'>) => KubeObject | undefined
  /** Objects with the same key have the same level for this viewer. The same function for as long as it says the same of every object. */
  readonly levelKey: (object: KubeObject) => string
  readonly levelOfRef: (ref: Omit<ResourceRef, 'cluster'>) => Promise<Level>
  /** The lowest level over everything the event is about. */
  readonly levelOfEvent: (event: Pick<HistoryEvent, 'subjects'>) => Promise<Level>
  /** The person behind an author of Git; the name as it stands where nobody is known. */
  /** Why details are hidden although the viewer might have a right to them; undefined when every level was answered. */
  readonly levelProblem: () => string | undefined
  readonly personOf: (author: { readonly name: string; readonly email: string }) => string
}

export async function createScene(ctx: Ctx): Promise<Scene> {
  const policy = await policyNow(ctx)
  const { index, levelKey } = indexOf(ctx, policy)
  const live: Scene['live'] = (ref) => {
    const found = ctx.kube.get(ref.group, ref.kind, ref.namespace, ref.name)
    return found.state === 'down' ? undefined : found.value
  }
  const domains: Scene['domainsOf'] = (ref, object = live(ref)) => domainsOf(index, { ...ref, spec: object?.spec })
  const known = new Map<string, Promise<Level>>()
  const once = (key: string, ask: () => Promise<Level>): Promise<Level> => {
    const asked = known.get(key) ?? ask()
    known.set(key, asked)
    return asked
  }
  let silence: string | undefined
  const levelOfDomain = async (domain: string): Promise<Level> => {
    const answer = await levelOf(ctx, domain)
    if (/did not answer|cannot be read/.test(answer.rule)) silence = answer.rule
    return answer.level
  }
  /** What is gone still belongs to whom it belonged: its last recorded state says so, else its details would be open to more people. */
  const goneBy = new Map<string, Promise<KubeObject | undefined>>()
  const gone = (ref: Omit<ResourceRef, 'cluster'>): Promise<KubeObject | undefined> => {
    const asked = goneBy.get(refKey(ref)) ?? lastState(ctx, ref)
    goneBy.set(refKey(ref), asked)
    return asked
  }
  const levelOfRef: Scene['levelOfRef'] = async (ref) => {
    const own = domains(ref, live(ref) ?? (await gone(ref)))
    if (own.length === 0) return once(`kind ${ref.group}/${ref.kind}`, () => levelWithoutDomain(ctx, ref))
    const levels = await Promise.all(own.map((domain) => once(domain, () => levelOfDomain(domain))))
    // What two domains decided together may be read by either.
    return levels.reduce((best, level) => (atLeast(level, best) ? level : best))
  }
  /** What another cluster holds is asked of that cluster; of one that is not read any more, as of this one. */
  const elsewhere = new Map<string, Promise<Scene>>()
  const levelOfSubject = async ({ ref }: Subject): Promise<Level> => {
    if (ref === undefined) return 'Operational'
    const there = ref.cluster === ctx.kube.cluster ? undefined : inCluster(ctx, ref.cluster)
    if (there === undefined) return levelOfRef(ref)
    const scene = elsewhere.get(ref.cluster) ?? createScene(there)
    elsewhere.set(ref.cluster, scene)
    const other = await scene
    const level = await other.levelOfRef(ref)
    silence ??= other.levelProblem()
    return level
  }
  return {
    ctx,
    served: ctx.kube.servedKinds(),
    domainsOf: domains,
    live,
    levelKey,
    levelOfRef,
    levelOfEvent: async ({ subjects }) =>
      (await Promise.all(subjects.map(levelOfSubject))).reduce<Level>(lowest, subjects.length === 0 ? 'Operational' : 'Full'),
    levelProblem: () => silence,
    personOf: ({ name, email }) => (policy === undefined ? undefined : loginOfEmail(policy, email)) ?? name,
  }
}

type Index = {
  readonly policy: Policy | undefined
  readonly index: DomainIndex
  readonly levelKey: Scene['levelKey']
}
// Both the list of boundaries and the policy are replaced when they change: what they say of an object holds as long as they do.
const indexes = new WeakMap<readonly KubeObject[], Index>()
const NONE: readonly KubeObject[] = []

/** Who answers for what is declared where it is decided, for every cluster: nobody gives themselves a domain in a cluster of their own. */
function indexOf({ clusters }: Ctx, policy: Policy | undefined): Index {
  const boundaries = clusters[0].list('domainBoundary')
  // Where there are none, it is the same nothing each time.
  const objects = boundaries.state === 'down' || boundaries.value.length === 0 ? NONE : boundaries.value
  const before = indexes.get(objects)
  if (before !== undefined && before.policy === policy) return before
  const index = domainIndex(objects, Object.keys(policy?.domains ?? {}))
  const made: Index = { policy, index, levelKey: levelKeyOf(index) }
  indexes.set(objects, made)
  return made
}

function levelKeyOf(index: DomainIndex): Scene['levelKey'] {
  const keys = new WeakMap<KubeObject, string>()
  return (object) => {
    const before = keys.get(object)
    if (before !== undefined) return before
    const own = domainsOf(index, { ...refOf('', object), spec: object.spec })
    const made = own.length === 0 ? `kind ${groupOf(object)}/${object.kind}` : own.join(' ')
    keys.set(object, made)
    return made
  }
}

/** Platform objects belong to no domain: Guardian alone says, and never more than Operational (retrieval.md 3). */
async function levelWithoutDomain(ctx: Ctx, ref: Omit<ResourceRef, 'cluster'>): Promise<Level> {
  const served = servedAs(everyKind(ctx.kube), ref)
  try {
    const answer = await ctx.guardian.check(ctx.viewer.login, {
      verb: 'get',
      group: ref.group,
      resource: served?.plural ?? `${ref.kind.toLowerCase()}s`,
    })
    return answer.allowed ? 'Operational' : 'Dependency'
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return 'Dependency'
  }
}

async function policyNow(ctx: Ctx): Promise<Policy | undefined> {
  const loaded = await loadPolicy(ctx).catch((error: unknown) => {
    if (error instanceof AppError) return undefined
    throw error
  })
  return loaded?.ok === true ? loaded.policy : undefined
}

async function lastState({ db, kube }: Ctx, ref: Omit<ResourceRef, 'cluster'>): Promise<KubeObject | undefined> {
  const state = await lastStateOf(db, { ...ref, cluster: kube.cluster })
  return (
    state && {
      apiVersion: `${ref.group}/v1`,
      kind: ref.kind,
      metadata: { name: ref.name, namespace: ref.namespace },
      spec: Reflect.get(state, 'spec'),
    }
  )
}
