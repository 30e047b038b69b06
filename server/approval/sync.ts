import 'server-only'
import { randomUUID } from 'node:crypto'
import { servedAs } from '#lib/kube/resolve.ts'
import { SYSTEM } from '#lib/access/viewer.ts'
import type { Event } from '#lib/approval/machine.ts'
import { canonicalJson } from '#lib/canonical.ts'
import { AppError } from '#lib/error.ts'
import { groupOf, type KubeObject } from '#lib/kube/object.ts'
import { durationMs } from '#lib/policy/rights.ts'
import { readRar } from '#lib/relationship/read-rar.ts'
import { topicsOf } from '#server/approval/notify.ts'
import {
  approvedUnmerged,
  decisionsOf,
  insertRequest,
  loadRequest,
  openRequests,
  type RequestRow,
  setDeliveryProblem,
  updateRequest,
  type VoteRow,
  votesOf,
} from '#server/approval/repo.ts'
import { autoAdmit } from '#server/approval/auto-admit.ts'
import { lockNow, stepped } from '#server/approval/carry.ts'
import { keepLine } from '#server/approval/line.ts'
import { settledSince } from '#server/approval/settled.ts'
import { supersededBy } from '#server/approval/superseded.ts'
import { unseen } from '#server/approval/unseen.ts'
import { storable } from '#lib/storable.ts'
import { keepRevision } from '#server/approval/repo-revision.ts'
import { subjectKey } from '#server/approval/seal.ts'
import { freshenGit } from '#server/approval/sources.ts'
import { readStored, type StoredSubject } from '#server/approval/stored-subject.ts'
import { readSubject } from '#server/approval/subject.ts'
import type { Subject } from '#server/approval/subject-type.ts'
import type { Ctx } from '#server/context.ts'
import { appendLedger, type LedgerDraft } from '#server/ledger/append.ts'
import { causeText, log } from '#server/log.ts'
import { loadPolicy } from '#server/policy/load.ts'

/**
 * Brings every request up to what the cluster and the repository say: new ones get a row, changed ones their digest, votes on
 * an older meaning lapse, deleted ones are withdrawn. Safe to run at any time, by several processes; one broken request stops no other.
 */
export async function syncRequests(outer: Ctx): Promise<void> {
  const ctx: Ctx = { ...outer, viewer: SYSTEM }
  await discoverRequests(ctx)
  const look = await settledSince(ctx)
  for (const row of await openRequests(ctx.db)) {
    const { settled, mark } = look(row)
    // That its own object stayed as it was says nothing of a newer one.
    if (!settled || supersededBy(ctx, row) !== undefined)
      await guarded(row, async () => {
        const now = await syncRow(ctx, row, { fresh: false })
        await keepLine(ctx, now.row, now.subject)
        await autoAdmit(ctx, now)
        mark(now.row)
      })
  }
  for (const row of await approvedUnmerged(ctx.db)) await guarded(row, () => lapseApproved(ctx, row))
}

async function guarded(row: RequestRow, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    log.warn('approval.sync-failed', { request: row.id, name: row.name, error: causeText(error) })
  }
}

/** Gives every request object that has none a row and an id (decisions.md 1). Cheap when nothing is new; a page takes in at most some. */
export async function discoverRequests(outer: Ctx, atMost = Number.POSITIVE_INFINITY): Promise<void> {
  const ctx: Ctx = { ...outer, viewer: SYSTEM }
  const seen = ctx.kube.list('rar')
  if (seen.state === 'down') return
  for (const object of (await unseen(ctx, seen.value)).slice(0, atMost))
    try {
      await admitToInbox(ctx, object, object.metadata.uid)
    } catch (error) {
      log.error('approval.not-admitted', { name: object.metadata.name, error: causeText(error) })
    }
}

async function admitToInbox(ctx: Ctx, object: KubeObject, uid: string): Promise<void> {
  const rar = readRar(object)
  const createdAt = new Date(object.metadata.creationTimestamp ?? ctx.now)
  const id = randomUUID()
  const requestedBy = storable(rar.spec.requestedBy ?? 'unknown')
  const decided = rar.spec.decision
  const stored: StoredSubject = { object: lean(object), parts: {}, editors: [], findings: [] }
  const row = {
    id,
    kind: 'admission',
    cluster: ctx.kube.cluster,
    uid,
    group: groupOf(object),
    resourceKind: object.kind,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
    // Decided before this portal saw it: history, never asked again.
    state: decided === undefined ? 'open' : decided.outcome === 'Approved' ? 'approved' : 'denied',
    requestedBy,
    subject: stored,
    createdAt,
    updatedAt: ctx.now,
    decideBy: await firstDeadline(ctx, createdAt),
  } as const
  await inTransaction(
    ctx,
    async (tx) => {
      if (!(await insertRequest(tx.db, row))) return []
      const body = { requestedBy, uid, createdAt: createdAt.toISOString(), ...(decided && { decidedElsewhere: decided.outcome }) }
      return [{ action: 'relationship.requested', subject: subjectKey(row), requestId: id, body }]
    },
    topicsOf(id),
  )
}

/** When the decision is due by the policy file's clock; undefined without a clock or a readable file. */
export async function deadline(ctx: Ctx, createdAt: Date): Promise<Date | undefined> {
  const loaded = await loadPolicy(ctx).catch(() => undefined)
  const clock = loaded?.ok === true ? loaded.policy.clocks.decideBy : undefined
  return clock === undefined ? undefined : new Date(createdAt.getTime() + durationMs(clock))
}

/** Time that passed before this portal saw a request was nobody's time to decide: a clock that ran out by then starts at first sight. */
async function firstDeadline(ctx: Ctx, createdAt: Date): Promise<Date | undefined> {
  const due = await deadline(ctx, createdAt)
  return due === undefined || due > ctx.now ? due : deadline(ctx, ctx.now)
}

export type Synced = { readonly row: RequestRow; readonly subject: Subject }

/** One request brought up to date; `fresh` reads its object from the API server. Throws not_found for an unknown id. */
export async function syncRequest(outer: Ctx, id: string, options: { readonly fresh: boolean }): Promise<Synced> {
  const row = await loadRequest(outer.db, id)
  if (row === undefined) throw new AppError('not_found', 'There is no such request.')
  if (row.state !== 'open') return { row, subject: await readSubject(outer, row) }
  const now = await syncRow({ ...outer, viewer: SYSTEM }, row, options)
  await keepLine(outer, now.row, now.subject)
  return now
}

async function syncRow(ctx: Ctx, row: RequestRow, options: { readonly fresh: boolean }): Promise<Synced> {
  const live = row.kind === 'admission' ? await liveObject(ctx, row, options.fresh) : 'unknown'
  const decided = typeof live === 'object' ? readRar(live).spec.decision : undefined
  if (live === 'deleted')
    return close(ctx, row, { type: 'deleted', cause: 'the object was deleted before a decision' }, 'relationship.withdrawn')
  if (decided !== undefined) {
    const cause = `a decision by ${decided.approver} was applied that this portal did not seal`
    return close(ctx, row, { type: 'decided-elsewhere', outcome: decided.outcome, cause }, 'relationship.decided-elsewhere')
  }
  const newer = supersededBy(ctx, row)
  if (newer !== undefined) {
    const cause = `the same request stands in the group ${groupOf(newer)} now, a newer generation, and is asked about there`
    return close(ctx, row, { type: 'deleted', cause }, 'relationship.withdrawn')
  }
  const decideBy = row.decideBy?.getTime()
  if (decideBy !== undefined && ctx.now.getTime() >= decideBy) {
    const cause = `the time to decide passed at ${new Date(decideBy).toISOString()} without a decision`
    const noun = row.kind === 'admission' ? 'relationship' : row.kind
    return close(ctx, row, { type: 'expired', now: ctx.now.getTime(), decideBy, cause }, `${noun}.expired`)
  }
  const subject = await readSubject(ctx, row, { refresh: options.fresh, ...(typeof live === 'object' && { object: live }) })
  const next = storedOf(row, subject)
  const digest = subject.digest.ok ? subject.digest.digest : null
  if (digest === row.digest && canonicalJson(next) === canonicalJson(row.subject)) return { row, subject }
  // What this process remembers may be older than what people voted on: nothing lapses before the sources were asked again.
  if (!options.fresh && digest !== null && (await someLapse(ctx, row, digest))) {
    await freshenGit(ctx)
    return syncRow(ctx, row, { fresh: true })
  }
  await inTransaction(ctx, (tx) => record(tx, row, { stored: next, subject, digest }), topicsOf(row.id))
  return { row: (await loadRequest(ctx.db, row.id)) ?? row, subject }
}

const someLapse = async (ctx: Ctx, row: RequestRow, digest: string): Promise<boolean> =>
  (await votesOf(ctx.db, [row.id])).some((vote) => vote.state === 'counted' && vote.digest !== digest)

/** Digest, revision, lapsed votes and their ledger entries of one reading, together. */
async function record(
  tx: Ctx,
  { id }: RequestRow,
  read: { readonly stored: StoredSubject; readonly subject: Subject; readonly digest: string | null },
): Promise<readonly LedgerDraft[]> {
  const locked = await lockNow(tx.db, id)
  if (locked?.now.state !== 'open') return []
  const { stored, subject, digest } = read
  const changed = changeOf(readStored(locked.row.subject).parts, subject.parts)
  const did = await stepped(
    tx.db,
    locked,
    { type: 'meaning', digest: digest ?? undefined, cause: `${changed} changed after the vote` },
    tx.now,
  )
  if (!did.ok) return []
  await updateRequest(tx.db, id, { subject: stored, digest, updatedAt: tx.now })
  if (digest !== null) await keepRevision(tx, { row: locked.row, subject, digest, cause: `${changed} changed` })
  return did.value.ended.map((ended) => lapsed(locked.row, ended.vote, digest ?? '', ended.cause))
}

/** The object now: from the API server, or from the reflector with a second look before saying that it is gone. */
async function liveObject(ctx: Ctx, row: RequestRow, fresh: boolean): Promise<KubeObject | 'deleted' | 'unknown'> {
  const served = servedAs(ctx.kube.servedKinds(), { group: row.group, kind: row.resourceKind })
  const seen = ctx.kube.get(row.group, row.resourceKind, row.namespace, row.name)
  const cached = seen.state === 'down' ? undefined : seen.value
  if (!fresh && cached?.metadata.uid === row.uid) return cached
  if (served === undefined || (!fresh && seen.state !== 'fresh')) return 'unknown'
  const object = await ctx.kube.fetch(served, row.namespace, row.name)
  return object === undefined || object.metadata.uid !== row.uid ? 'deleted' : object
}

const storedOf = (row: RequestRow, subject: Subject): StoredSubject => ({
  ...subject.stored,
  ...(subject.admission && { object: lean(subject.admission.object) }),
  // While the digest cannot be made, the last parts stay: they are what votes were cast on.
  parts: subject.digest.ok ? { ...subject.parts } : readStored(row.subject).parts,
})

/** What history needs of an object: who wrote which field stays in the cluster. */
const lean = (object: KubeObject): KubeObject => {
  const { managedFields: _, resourceVersion: __, ...metadata } = object.metadata
  return storable({ ...object, metadata })
}

/** What changed, named by its part. */
export function changeOf(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): string {
  const changed = [...new Set([...Object.keys(after), ...Object.keys(before)])].filter((part) => before[part] !== after[part])
  // The files carry the evaluation's hash: when that moved, naming them too would say it twice.
  const named = changed.length > 1 ? changed.filter((part) => part !== 'the files to be committed') : changed
  return named.length === 0 ? 'the template of the files' : named.join(' and ')
}

const lapsed = (row: RequestRow, vote: VoteRow, digest: string, cause: string): LedgerDraft => ({
  action: 'review.lapsed',
  subject: subjectKey(row),
  requestId: row.id,
  body: { voter: vote.login, verdict: vote.verdict, was: vote.digest, now: digest, cause },
})

/** Ends an open request without a decision of this portal; an event that the machine refuses changes nothing. */
async function close(
  ctx: Ctx,
  row: RequestRow,
  event: Extract<Event, { readonly type: 'deleted' | 'decided-elsewhere' | 'expired' }>,
  action: string,
): Promise<Synced> {
  await inTransaction(
    ctx,
    async (tx) => {
      const locked = await lockNow(tx.db, row.id)
      const did = locked === undefined ? undefined : await stepped(tx.db, locked, event, ctx.now)
      if (did?.ok !== true) return []
      await updateRequest(tx.db, row.id, { state: did.value.state, updatedAt: ctx.now })
      const votes = did.value.ended.map((ended) => ended.vote.login)
      return [{ action, subject: subjectKey(row), requestId: row.id, body: { cause: event.cause, votes } }]
    },
    topicsOf(row.id),
  )
  const now = (await loadRequest(ctx.db, row.id)) ?? row
  return { row: now, subject: await readSubject(ctx, now) }
}

/** An approval whose meaning moved before the merge no longer holds: its votes lapse, and merging is refused (decisions.md 11). */
async function lapseApproved(ctx: Ctx, row: RequestRow): Promise<void> {
  const subject = await readSubject(ctx, row)
  const [decision] = await decisionsOf(ctx.db, [row.id])
  if (decision === undefined || !subject.digest.ok || subject.digest.digest === decision.digest) return
  const { digest } = subject.digest
  const change = changeOf(subject.stored.parts, subject.parts)
  if (!(await someLapse(ctx, row, digest))) return
  await inTransaction(
    ctx,
    async (tx) => {
      const locked = await lockNow(tx.db, row.id)
      const event = { type: 'meaning', digest, cause: `${change} changed after the vote` } as const
      const did = locked === undefined ? undefined : await stepped(tx.db, locked, event, ctx.now)
      if (did?.ok !== true) return []
      const problem = `Merging is refused: ${event.cause}, so the approval no longer holds. File a new request.`
      await setDeliveryProblem(tx.db, row.id, problem, ctx.now)
      return did.value.ended.map((ended) => lapsed(row, ended.vote, digest, ended.cause))
    },
    [...topicsOf(row.id), 'deliveries'],
  )
}

/** A change of the system's own with its ledger entries: they commit together, and listeners hear of it at commit. */
async function inTransaction(ctx: Ctx, work: (tx: Ctx) => Promise<readonly LedgerDraft[]>, topics: readonly string[]): Promise<void> {
  await ctx.database.write(async (db) => {
    const tx: Ctx = { ...ctx, db }
    await appendLedger(tx, await work(tx))
    for (const topic of topics) await ctx.database.notify(db, 'vortex_changed', topic)
  })
}
