import 'server-only'
import { AppError } from '#lib/error.ts'
import type { World } from '#server/context.ts'
import { mergeProposal } from '#server/delivery/merge.ts'
import { propose } from '#server/delivery/propose.ts'
import { recordFailure } from '#server/delivery/record.ts'
import { claim, type OutboxRow, postpone } from '#server/outbox/repo.ts'
import { backoff } from '#server/outbox/backoff.ts'
import { causeText, log } from '#server/log.ts'

/** Does all due work in order. Stops at the first silence of the repository, since every later row needs it too. */
export async function drain(world: World): Promise<void> {
  let after = 0
  for (;;) {
    const row = await claim(world.database.db, new Date(), after)
    if (row === undefined) return
    after = row.id
    if ((await work(world, row)) === 'silent') return
  }
}

async function work(world: World, row: OutboxRow): Promise<'done' | 'later' | 'silent'> {
  try {
    if (row.kind === 'git.propose') await propose(world, row)
    else await mergeProposal(world, row)
    log.info('outbox.done', { id: row.id, kind: row.kind, request: row.requestId, attempts: row.attempts })
    return 'done'
  } catch (error) {
    const final = error instanceof AppError && (error.code === 'conflict' || error.code === 'invalid')
    const words = error instanceof AppError ? error.message : 'Delivery failed on our side. The log says why.'
    log.warn('outbox.failed', { id: row.id, kind: row.kind, request: row.requestId, final, error: detail(error) })
    if (final) {
      await recordFailure(world, row, words)
      return 'done'
    }
    const wait = backoff(row.attempts)
    await postpone(world.database.db, row.id, new Date(Date.now() + wait), words)
    await world.database.notify(world.database.db, 'vortex_changed', 'deliveries')
    return error instanceof AppError && error.code === 'unavailable' ? 'silent' : 'later'
  }
}

const detail = (error: unknown): string =>
  error instanceof AppError ? `${error.message} ${error.cause === undefined ? '' : causeText(error.cause)}` : causeText(error)
