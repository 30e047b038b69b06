import 'server-only'
import { dropRow, finish, finishAll, nextDue, type OutboxRow, releaseClaims, reopen } from '#server/outbox/repo.ts'

/** The outbox as delivery sees it: ending a piece of work belongs into the transaction that records its outcome. */
export type Work = OutboxRow
export const endWork = finish
export const dropWork = dropRow
export const dueAt = nextDue
export const releaseWork = releaseClaims
export const endWorkOf = finishAll
export const reopenWork = reopen
