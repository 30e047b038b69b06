import 'server-only'
import { AppError } from '#lib/error.ts'
import type { World } from '#server/context.ts'
import { mergeProposal } from '#server/delivery/merge.ts'
import { propose } from '#server/delivery/propose.ts'
import { recordFailure } from '#server/delivery/record.ts'
import { claim, type OutboxRow, postpone } from '#server/outbox/repo.ts'
import { backoff } from '#server/outbox/backoff.ts'
import { causeText, log } from '#server/log.ts'

/** Tries after which a row whose repository answers steps aside: its trouble is its own, and younger ones must not wait for it. */
const ASIDE_AFTER = 3

/**
 * Does all due work in the order of sealing. Stops at the first silence of the repository, since every later row needs it
 * too and none may overtake; a row that fails although the repository answers steps aside after a few tries. Takes no further
 * row once `over` says that this process stops or no longer leads.
 */
export async function drain(world: World, over: () => boolean = () => false): Promise<void> {
  const done: number[] = []
  while (!over()) {
    const row = await claim(world.database.db, done)
    if (row === undefined) return
    done.push(row.id)
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
    const answers = await world.git.fetch().then(
      () => true,
      () => false,
    )
    const aside = answers && (row.aside || row.attempts >= ASIDE_AFTER)
    await postpone(world.database.db, row.id, backoff(row.attempts), words, aside)
    await world.database.notify(world.database.db, 'vortex_changed', 'deliveries')
    return aside ? 'later' : 'silent'
  }
}

const detail = (error: unknown): string =>
  error instanceof AppError ? `${error.message} ${error.cause === undefined ? '' : causeText(error.cause)}` : causeText(error)
