import 'server-only'
import { sql } from 'drizzle-orm'
import { bigint, customType, index, integer, jsonb, pgTable, primaryKey, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { RequestKind, RequestState, Verdict, VoteState } from '#lib/approval/request.ts'
import type { Rationale } from '#lib/approval/rationale.ts'

const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' })
const at = () => timestamp({ withTimezone: true, mode: 'date' })

/** One thing to decide. Its id is made at first sight and kept with (cluster, uid) (decisions.md 1). */
export const changeRequest = pgTable(
  'change_request',
  {
    id: uuid().primaryKey(),
    kind: text().notNull().$type<RequestKind>(),
    cluster: text().notNull(),
    /** Kubernetes uid of the RAR; for profile and policy requests the request's own id. */
    uid: text().notNull(),
    group: text().notNull(),
    resourceKind: text().notNull(),
    namespace: text().notNull(),
    name: text().notNull(),
    state: text().notNull().$type<RequestState>(),
    requestedBy: text().notNull(),
    /** The subject as last seen: the RAR's spec and status, or the proposed files. */
    subject: jsonb().notNull().$type<unknown>(),
    /** Files of a profile or policy request, path to text. */
    files: jsonb().$type<Readonly<Record<string, string>>>(),
    /** Digest of meaning that a vote must carry (decisions.md 8); null while it cannot be computed. */
    digest: text(),
    createdAt: at().notNull(),
    updatedAt: at().notNull(),
    decideBy: at(),
  },
  (t) => [uniqueIndex('change_request_uid').on(t.cluster, t.uid), index('change_request_state').on(t.state, t.createdAt)],
)

export const vote = pgTable(
  'vote',
  {
    id: uuid().primaryKey(),
    requestId: uuid()
      .notNull()
      .references(() => changeRequest.id),
    login: text().notNull(),
    verdict: text().notNull().$type<Verdict>(),
    rationale: jsonb().notNull().$type<Rationale>(),
    digest: text().notNull(),
    policyVersion: text().notNull(),
    state: text().notNull().$type<VoteState>(),
    /** Why a vote no longer counts: the cause of the lapse in words. */
    cause: text(),
    at: at().notNull(),
    endedAt: at(),
  },
  (t) => [
    uniqueIndex('vote_one_per_person')
      .on(t.requestId, t.login)
      .where(sql`state = 'counted'`),
    index('vote_request').on(t.requestId),
  ],
)

/** Sealed exactly once per request: the primary key says so. */
export const decision = pgTable('decision', {
  requestId: uuid()
    .primaryKey()
    .references(() => changeRequest.id),
  outcome: text().notNull().$type<'Approved' | 'Rejected'>(),
  digest: text().notNull(),
  /** Digest of the final bytes that delivery commits. */
  sealedDigest: text().notNull(),
  policyVersion: text().notNull(),
  templateVersion: text().notNull(),
  sealedBy: text().notNull(),
  approvers: jsonb().notNull().$type<readonly string[]>(),
  rationale: jsonb().notNull().$type<Rationale>(),
  ledgerSeq: bigint({ mode: 'number' }).notNull(),
  sealedAt: at().notNull(),
})

/** The exact bytes stored at sealing; delivery commits these and renders nothing. `null` bytes delete the path. */
export const sealedFile = pgTable(
  'sealed_file',
  {
    requestId: uuid()
      .notNull()
      .references(() => changeRequest.id),
    path: text().notNull(),
    bytes: bytea(),
  },
  (t) => [primaryKey({ columns: [t.requestId, t.path] })],
)

/** Append-only: UPDATE and DELETE are refused by trigger (decisions.md 12). */
export const ledger = pgTable(
  'ledger',
  {
    seq: bigint({ mode: 'number' }).primaryKey(),
    at: at().notNull(),
    actor: text().notNull(),
    action: text().notNull(),
    /** refKey or request id that the entry is about. */
    subject: text().notNull(),
    requestId: uuid(),
    /** Canonical JSON (RFC 8785) as stored and hashed. */
    bytes: bytea().notNull(),
    leafHash: text().notNull(),
  },
  (t) => [index('ledger_subject').on(t.subject, t.seq), index('ledger_request').on(t.requestId, t.seq)],
)

/** Work that must happen because a transaction committed; drained in order per repository. */
export const outbox = pgTable(
  'outbox',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text().notNull().$type<'git.propose' | 'git.merge'>(),
    requestId: uuid()
      .notNull()
      .references(() => changeRequest.id),
    payload: jsonb().notNull().$type<Readonly<Record<string, unknown>>>(),
    createdAt: at().notNull(),
    attempts: integer().notNull().default(0),
    nextAt: at().notNull(),
    doneAt: at(),
    problem: text(),
  },
  (t) => [uniqueIndex('outbox_once').on(t.kind, t.requestId), index('outbox_open').on(t.doneAt, t.nextAt)],
)

/** Where a decision stands on its way. Each time is read back from Git and the API, never from our own intent. */
export const delivery = pgTable('delivery', {
  requestId: uuid()
    .primaryKey()
    .references(() => changeRequest.id),
  branch: text().notNull(),
  commit: text(),
  proposedAt: at(),
  mergeCommit: text(),
  mergedAt: at(),
  mergedBy: text(),
  appliedAt: at(),
  admittedAt: at(),
  /** What stands in the way, in words, with whom it waits for. */
  problem: text(),
  updatedAt: at().notNull(),
})

/** A profile being written; kept so that nothing typed is lost. */
export const draft = pgTable('draft', {
  id: uuid().primaryKey(),
  kind: text().notNull().$type<'profile'>(),
  author: text().notNull(),
  title: text().notNull(),
  content: jsonb().notNull().$type<unknown>(),
  requestId: uuid(),
  createdAt: at().notNull(),
  updatedAt: at().notNull(),
})
