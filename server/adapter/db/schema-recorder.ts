import 'server-only'
import { sql } from 'drizzle-orm'
import { bigint, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { RecordedField } from '#lib/recorder/diff.ts'
import type { What } from '#lib/recorder/record.ts'
import { at, jsonb } from '#server/adapter/db/columns.ts'

/** One kind of one cluster, and one object of it. */
const ofKind = () => ({ cluster: text().notNull(), group: text().notNull(), kind: text().notNull() })
const named = () => ({ ...ofKind(), namespace: text().notNull(), name: text().notNull() })

/**
 * What the recorder saw, one row per object and version. Partitioned by month of `at` (the migration says so, drizzle cannot); each
 * partition has its own unique key (cluster, uid, resource_version). Append-only; retention drops whole partitions (ADR 0016).
 */
export const objectChange = pgTable(
  'object_change',
  {
    /** When it was seen, by the database's clock; never before the row before it. */
    at: at().notNull(),
    seq: bigint({ mode: 'number' })
      .notNull()
      .default(sql`nextval('object_change_seq')`),
    ...named(),
    uid: text().notNull(),
    /** Empty where an object went unseen. */
    resourceVersion: text().notNull(),
    generation: bigint({ mode: 'number' }),
    what: text().notNull().$type<What>(),
    /** It happened between this and `at`, while nobody watched. */
    since: at(),
    manager: text(),
    managedAt: at(),
    fields: jsonb().notNull().$type<readonly RecordedField[]>(),
    /** Whole, of first sights and deletions only. */
    state: jsonb().$type<unknown>(),
  },
  (t) => [
    primaryKey({ columns: [t.at, t.seq] }),
    index('object_change_object').on(t.cluster, t.group, t.kind, t.namespace, t.name, t.at, t.seq),
  ],
)

/** What is recorded of the object that bears a name now: what the next sight of it is compared with. */
export const recordedObject = pgTable(
  'recorded_object',
  {
    ...named(),
    uid: text().notNull(),
    resourceVersion: text().notNull(),
    generation: bigint({ mode: 'number' }),
    state: jsonb().notNull().$type<unknown>(),
  },
  (t) => [primaryKey({ columns: [t.cluster, t.group, t.kind, t.namespace, t.name] })],
)

/** One per kind: recorded since when, and until when the recorder vouches that it missed nothing but the gaps. */
export const recordedKind = pgTable(
  'recorded_kind',
  {
    ...ofKind(),
    since: at().notNull(),
    vouchedAt: at().notNull(),
  },
  (t) => [primaryKey({ columns: [t.cluster, t.group, t.kind] })],
)

/** A time in which a kind was not watched. What changed and changed back meanwhile is not known. Append-only. */
export const recordedGap = pgTable(
  'recorded_gap',
  {
    ...ofKind(),
    since: at().notNull(),
    until: at().notNull(),
  },
  (t) => [primaryKey({ columns: [t.cluster, t.group, t.kind, t.until] })],
)

/** Whose turn it is to record a cluster: a term that is over can write nothing more. */
export const recorderTerm = pgTable('recorder_term', {
  cluster: text().primaryKey(),
  term: bigint({ mode: 'number' }).notNull(),
})
