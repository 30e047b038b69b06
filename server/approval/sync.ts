import 'server-only'
import { randomUUID } from 'node:crypto'
import { SYSTEM } from '#lib/access/viewer.ts'
import { canonicalJson } from '#lib/canonical.ts'
import { AppError } from '#lib/error.ts'
import { groupOf, type KubeObject } from '#lib/kube/object.ts'
import { durationMs } from '#lib/policy/rights.ts'
import { readRar } from '#lib/relationship/read-rar.ts'
import { topicsOf } from '#server/approval/notify.ts'
import {
  approvedUnmerged,
  decisionsOf,
  endVotes,
  insertRequest,
  loadRequest,
  lockRequest,
  openRequests,
  type RequestRow,
  setDeliveryProblem,
  updateRequest,
  votesOf,
} from '#server/approval/repo.ts'
import { autoAdmit } from '#server/approval/auto-admit.ts'
import { keepLine } from '#server/approval/line.ts'
import { unseen } from '#server/approval/unseen.ts'
import { storable } from '#lib/storable.ts'
import { subjectKey } from '#server/approval/seal.ts'
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
  for (const row of await openRequests(ctx.db))
    await guarded(row, async () => {
      const now = await syncRow(ctx, row, { fresh: false })
      await keepLine(ctx, now.row, now.subject)
      await autoAdmit(ctx, now)
    })
  for (const row of await approvedUnmerged(ctx.db)) await guarded(row, () => lapseApproved(ctx, row))
}

async function guarded(row: RequestRow, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    log.warn('approval.sync-failed', { request: row.id, name: row.name, error: causeText(error) })
  }
}

/** Gives every request object that has none a row and an id (decisions.md 1). Cheap when nothing is new. */
export async function discoverRequests(outer: Ctx): Promise<void> {
  const ctx: Ctx = { ...outer, viewer: SYSTEM }
  const seen = ctx.kube.list('rar')
  if (seen.state === 'down') return
  for (const object of await unseen(ctx, seen.value))
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
    decideBy: await deadline(ctx, createdAt),
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
  if (live === 'deleted') return close(ctx, row, 'withdrawn', 'relationship.withdrawn', 'the object was deleted before a decision')
  if (decided !== undefined)
    return close(
      ctx,
      row,
      decided.outcome === 'Approved' ? 'approved' : 'denied',
      'relationship.decided-elsewhere',
      `a decision by ${decided.approver} was applied that this portal did not seal`,
    )
  const subject = await readSubject(ctx, row, { refresh: options.fresh, ...(typeof live === 'object' && { object: live }) })
  const next = storedOf(row, subject)
  const digest = subject.digest.ok ? subject.digest.digest : null
  if (digest === row.digest && canonicalJson(next) === canonicalJson(row.subject)) return { row, subject }
  await inTransaction(
    ctx,
    async (tx) => {
      const locked = await lockRequest(tx.db, row.id)
      if (locked?.state !== 'open') return []
      await updateRequest(tx.db, row.id, { subject: next, digest, updatedAt: ctx.now })
      return digest === null ? [] : lapse(tx, locked, digest, causeOf(readStored(locked.subject).parts, subject.parts))
    },
    topicsOf(row.id),
  )
  return { row: (await loadRequest(ctx.db, row.id)) ?? row, subject }
}

/** The object now: from the API server, or from the reflector with a second look before saying that it is gone. */
async function liveObject(ctx: Ctx, row: RequestRow, fresh: boolean): Promise<KubeObject | 'deleted' | 'unknown'> {
  const served = ctx.kube.served('rar')
  const seen = ctx.kube.get(row.group, row.resourceKind, row.namespace, row.name)
  const cached = seen.state === 'down' ? undefined : seen.value
  if (!fresh && cached?.metadata.uid === row.uid) return cached
  if (served === undefined || served.group !== row.group || (!fresh && seen.state !== 'fresh')) return 'unknown'
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
export function causeOf(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): string {
  const changed = [...new Set([...Object.keys(after), ...Object.keys(before)])].filter((part) => before[part] !== after[part])
  // The files carry the evaluation's hash: when that moved, naming them too would say it twice.
  const named = changed.length > 1 ? changed.filter((part) => part !== 'the files to be committed') : changed
  return `${named.length === 0 ? 'the template of the files' : named.join(' and ')} changed after the vote`
}

async function lapse(ctx: Ctx, row: RequestRow, digest: string, cause: string): Promise<readonly LedgerDraft[]> {
  const old = (await votesOf(ctx.db, [row.id])).filter((vote) => vote.state === 'counted' && vote.digest !== digest)
  await endVotes(
    ctx.db,
    old.map((vote) => vote.id),
    'lapsed',
    cause,
    ctx.now,
  )
  return old.map((vote) => ({
    action: 'review.lapsed',
    subject: subjectKey(row),
    requestId: row.id,
    body: { voter: vote.login, verdict: vote.verdict, was: vote.digest, now: digest, cause },
  }))
}

async function close(
  ctx: Ctx,
  row: RequestRow,
  state: 'withdrawn' | 'approved' | 'denied',
  action: string,
  cause: string,
): Promise<Synced> {
  await inTransaction(
    ctx,
    async (tx) => {
      const locked = await lockRequest(tx.db, row.id)
      if (locked?.state !== 'open') return []
      await updateRequest(tx.db, row.id, { state, updatedAt: ctx.now })
      const counted = (await votesOf(tx.db, [row.id])).filter((vote) => vote.state === 'counted')
      await endVotes(
        tx.db,
        counted.map((vote) => vote.id),
        'lapsed',
        cause,
        ctx.now,
      )
      return [{ action, subject: subjectKey(row), requestId: row.id, body: { cause, votes: counted.map((vote) => vote.login) } }]
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
  const cause = causeOf(subject.stored.parts, subject.parts)
  if ((await votesOf(ctx.db, [row.id])).every((vote) => vote.state !== 'counted')) return
  await inTransaction(
    ctx,
    async (tx) => {
      if ((await lockRequest(tx.db, row.id)) === undefined) return []
      await setDeliveryProblem(tx.db, row.id, `Merging is refused: ${cause}, so the approval no longer holds. File a new request.`, ctx.now)
      return lapse(tx, row, digest, cause)
    },
    [...topicsOf(row.id), 'deliveries'],
  )
}

/** A change of the system's own with its ledger entries: they commit together, and listeners hear of it at commit. */
async function inTransaction(ctx: Ctx, work: (tx: Ctx) => Promise<readonly LedgerDraft[]>, topics: readonly string[]): Promise<void> {
  await ctx.db.transaction(async (db) => {
    const tx: Ctx = { ...ctx, db }
    await appendLedger(tx, await work(tx))
    for (const topic of topics) await ctx.database.notify(db, 'vortex_changed', topic)
  })
}
