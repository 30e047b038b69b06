import 'server-only'
import { sql } from 'drizzle-orm'
import { bigint, boolean, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { Facts } from '#lib/approval/facts.ts'
import type { NoticeKind } from '#lib/approval/notice.ts'
import type { RequestKind, RequestState, Verdict, VoteState } from '#lib/approval/request.ts'
import type { Rationale } from '#lib/approval/rationale.ts'
import { at, bytea, jsonb } from '#server/adapter/db/columns.ts'

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
    /** Files of a request that is files, path to text; null deletes the path. */
    files: jsonb().$type<Readonly<Record<string, string | null>>>(),
    /** Digest of meaning that a vote must carry (decisions.md 8); null while it cannot be computed. */
    digest: text(),
    createdAt: at().notNull(),
    updatedAt: at().notNull(),
    decideBy: at(),
    /** The decision that this request undoes, when a person opened it from there. */
    undoes: uuid(),
  },
  (t) => [uniqueIndex('change_request_uid').on(t.cluster, t.uid), index('change_request_state').on(t.state, t.createdAt)],
)

const ofRequest = () =>
  uuid()
    .notNull()
    .references(() => changeRequest.id)

/**
 * The narrow row that lists read: one per request. The first part is copied by triggers from change_request and decision, so it
 * cannot differ; the second is written when the request was read, so that a list touches neither Git nor the cluster.
 */
export const requestLine = pgTable(
  'request_line',
  {
    requestId: uuid()
      .primaryKey()
      .references(() => changeRequest.id),
    kind: text().notNull().$type<RequestKind>(),
    name: text().notNull(),
    state: text().notNull().$type<RequestState>(),
    requestedBy: text().notNull(),
    createdAt: at().notNull(),
    updatedAt: at().notNull(),
    decideBy: at(),
    sealedBy: text(),
    /** Who asked and whose votes were sealed; `updatedAt` of a closed request is when it was closed; no title: never read yet. */
    people: text().array().notNull(),
    search: text().notNull(),
    title: text(),
    parties: text()
      .array()
      .notNull()
      .default(sql`'{}'`),
    risk: text().notNull().default('Unknown').$type<'Low' | 'High' | 'Unknown'>(),
    reach: integer().notNull().default(0),
    needed: integer().notNull().default(0),
    /** What the evaluator looks at and no viewer changes; only of an open request. */
    facts: jsonb().$type<unknown>(),
  },
  (t) => [
    index('request_line_open')
      .on(t.requestId)
      .where(sql`state = 'open'`),
    index('request_line_closed')
      .on(t.updatedAt.desc(), t.requestId.desc())
      .where(sql`state <> 'open'`),
    index('request_line_state').on(t.state, t.updatedAt.desc(), t.requestId.desc()),
    index('request_line_sealed_by').on(t.sealedBy, t.updatedAt.desc(), t.requestId.desc()),
  ],
)

export const vote = pgTable(
  'vote',
  {
    id: uuid().primaryKey(),
    requestId: ofRequest(),
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
    /** Order in which votes were taken; within one request it is that of its lock. */
    seq: bigint({ mode: 'number' }).generatedAlwaysAsIdentity().notNull(),
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
  /** What the evaluator looked at when it was sealed, without the policy file: that stands at the commit of policyVersion. */
  facts: jsonb().$type<Omit<Facts, 'policy'>>(),
  sealedAt: at().notNull(),
})

/** The exact bytes stored at sealing; delivery commits these and renders nothing. `null` bytes delete the path. */
export const sealedFile = pgTable(
  'sealed_file',
  {
    requestId: ofRequest(),
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
    requestId: ofRequest(),
    payload: jsonb().notNull().$type<Readonly<Record<string, unknown>>>(),
    createdAt: at().notNull(),
    attempts: integer().notNull().default(0),
    nextAt: at().notNull(),
    doneAt: at(),
    problem: text(),
    /** Its trouble is its own (a rule of the repository, an error of ours): younger rows no longer wait for it. */
    aside: boolean().notNull().default(false),
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
  /** A commit that Vortex did not make stood on the branch: the decision is void for good, and never merged (product.md, delivery). */
  voidedAt: at(),
  updatedAt: at().notNull(),
})

/** The repository that delivery has written to: its first commit and where main stood, so that another one or a rewritten main is seen. */
export const gitRepository = pgTable('git_repository', {
  url: text().primaryKey(),
  root: text().notNull(),
  head: text().notNull(),
  seenAt: at().notNull(),
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

/** What a request meant at one time: a new row each time its digest moves, so that a reader can compare. Never changed. */
export const revision = pgTable(
  'revision',
  {
    requestId: ofRequest(),
    /** 1 for the first meaning. */
    number: integer().notNull(),
    digest: text().notNull(),
    /** Digest per part of the meaning. */
    parts: jsonb().notNull().$type<Readonly<Record<string, string>>>(),
    /** Spec of the request without decision, as it was; null for requests that are files. */
    spec: jsonb().$type<unknown>(),
    /** Files with placeholders, path to text; null deletes the path. */
    files: jsonb().notNull().$type<Readonly<Record<string, string | null>>>(),
    /** What changed against the revision before, in words; null for the first. */
    cause: text(),
    at: at().notNull(),
  },
  (t) => [primaryKey({ columns: [t.requestId, t.number] })],
)

/** A discussion anchored to the request, one of its fields or one of its conditions; a blocking one closes approving until it is resolved. */
export const thread = pgTable(
  'thread',
  {
    id: uuid().primaryKey(),
    requestId: ofRequest(),
    /** `request`, `field:<path>` or `condition:<id>`. */
    anchor: text().notNull(),
    blocking: boolean().notNull(),
    openedBy: text().notNull(),
    openedAt: at().notNull(),
    resolvedBy: text(),
    resolvedAt: at(),
  },
  (t) => [index('thread_request').on(t.requestId, t.openedAt)],
)

/** One contribution to a thread. Never changed. */
export const comment = pgTable(
  'comment',
  {
    id: uuid().primaryKey(),
    threadId: uuid()
      .notNull()
      .references(() => thread.id),
    login: text().notNull(),
    text: text().notNull(),
    at: at().notNull(),
  },
  (t) => [index('comment_thread').on(t.threadId, t.at)],
)

/** What the product tells one person about one request: a single entry, updated in place. */
export const notification = pgTable(
  'notification',
  {
    id: uuid().primaryKey(),
    login: text().notNull(),
    requestId: ofRequest(),
    kind: text().notNull().$type<NoticeKind>(),
    text: text().notNull(),
    at: at().notNull(),
    readAt: at(),
    /** The turn is over or the request is closed: kept, no longer counted. */
    endedAt: at(),
  },
  (t) => [uniqueIndex('notification_one').on(t.login, t.requestId), index('notification_person').on(t.login, t.at)],
)

/** A person's look at an automatic admission that was drawn as a sample. */
export const sampleReview = pgTable('sample_review', {
  requestId: uuid()
    .primaryKey()
    .references(() => changeRequest.id),
  login: text().notNull(),
  verdict: text().notNull().$type<'right' | 'wrong'>(),
  note: text().notNull(),
  at: at().notNull(),
})
