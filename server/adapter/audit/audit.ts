import 'server-only'
import type { SourceAge } from '#lib/sourced.ts'

/** One row of Guardian's audit_events (guardian.md 4.1). `sequence` exceeds 2^53, so it is text. */
export type AuditRow = {
  readonly id: string
  readonly cluster: string
  readonly subject: string
  readonly action: string
  readonly resource: string
  readonly decision: string
  readonly matchedPolicy: string
  readonly sequence: string
  /** Time of occurrence: nanosecond sequence where it is one, else the insertion time. */
  readonly at: Date
  /** When the row was inserted: follows the id, and is later than `at` for rows forwarded from other clusters. */
  readonly arrivedAt: Date
}

/** Guardian's audit table, read and never written. Absent settings give `off`; no answer throws AppError('unavailable'). */
export type Audit = {
  readonly page: (filter: {
    readonly resource?: string
    readonly beforeId?: string
    readonly limit: number
  }) => Promise<readonly AuditRow[]>
  readonly age: () => SourceAge
}
