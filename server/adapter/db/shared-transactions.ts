import 'server-only'
import type { Db } from '#server/adapter/db/client.ts'
import { closeLedger, openLedger } from '#server/adapter/db/ledger-batch.ts'

/** So many works share a transaction at most: the last of them waits for all before it. */
const TOGETHER_MAX = 64

type Work<T> = (tx: Db) => Promise<T>
type Waiting = { readonly work: Work<unknown>; readonly done: (value: unknown) => void; readonly failed: (error: unknown) => void }
/** Whom a transaction failed for: one work, all that shared the insert into the ledger, or everybody, since there was no transaction. */
type Failed = { readonly error: unknown; readonly because: Waiting | 'ledger' | 'transaction' }

/**
 * Writes of one process that come while another is under way share the next transaction, one after the other: one lock, one insert
 * and one commit for all their ledger entries (decisions.md 12). A work that throws fails alone: the transaction is rolled back and the
 * others run again, so a work must do nothing but read and write through its `tx`. Where `onDisk` is given, commits do not wait for the
 * disk, the next works need not either, and each is answered once `onDisk` says so.
 */
export function sharedTransactions(
  transaction: (work: (tx: Db) => Promise<void>) => Promise<void>,
  onDisk?: () => Promise<void>,
): <T>(work: Work<T>) => Promise<T> {
  const waiting: Waiting[] = []
  let isRunning = false

  async function run(): Promise<void> {
    isRunning = true
    while (waiting.length > 0) await together(waiting.splice(0, TOGETHER_MAX))
    isRunning = false
  }

  async function together(works: readonly Waiting[]): Promise<void> {
    const values: unknown[] = []
    const failed = await attempt(works, values)
    if (failed === undefined) return answer(works, values)
    const { error, because } = failed
    if (because === 'transaction' || works.length === 1) return works.forEach((one) => one.failed(error))
    // Nobody knows whose entry the database refused.
    if (because === 'ledger') for (const one of works) await together([one])
    else {
      because.failed(error)
      await together(works.filter((one) => one !== because))
    }
  }

  /** All works in one transaction; their values when it is committed. */
  async function attempt(works: readonly Waiting[], values: unknown[]): Promise<Failed | undefined> {
    let because: Failed['because'] = 'transaction'
    try {
      await transaction(async (tx) => {
        await openLedger(tx, onDisk !== undefined)
        for (const one of works) {
          because = one
          values.push(await one.work(tx))
        }
        because = 'ledger'
        await closeLedger(tx)
        because = 'transaction'
      })
      return undefined
    } catch (error) {
      return { error, because }
    }
  }

  function answer(works: readonly Waiting[], values: readonly unknown[]): void {
    void (onDisk?.() ?? Promise.resolve()).then(
      () => works.forEach((one, at) => one.done(values[at])),
      (error: unknown) => works.forEach((one) => one.failed(error)),
    )
  }

  return <T>(work: Work<T>) =>
    new Promise<T>((resolve, reject) => {
      waiting.push({ work, done: resolve as (value: unknown) => void, failed: reject }) // safe: its value is what its own work gave
      if (!isRunning) void run()
    })
}
