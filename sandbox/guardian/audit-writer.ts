import { log, wordsOf } from '../log.ts'
import { createTurn } from '../turn.ts'
import type { DueRow } from './admission-rows.ts'
import type { AuditDatabase } from './audit-database.ts'

const NANOSECONDS_PER_MS = 1_000_000n

/** Appends what Guardian owes, each row once: rows that an earlier run wrote are recognised by action and resource. */
export function createAuditWriter(audit: AuditDatabase) {
  const turn = createTurn()
  const written = new Set<string>()
  // Times come in whole seconds, so a restart must not count from the same number again.
  let count = BigInt(Date.now())
  /** Sequences are nanoseconds; the last digits keep events of one millisecond apart. */
  const sequence = (at: Date): string => String(BigInt(at.getTime()) * NANOSECONDS_PER_MS + (count++ % NANOSECONDS_PER_MS))

  async function write(rows: readonly DueRow[]): Promise<void> {
    for (const row of rows) {
      const event = JSON.stringify([row.action, row.resource])
      const key = `${event} ${row.version}`
      if (written.has(key)) continue
      const isFirst = !written.has(event)
      if (!(isFirst && (await audit.has(row.action, row.resource))))
        await audit.append([{ ...row, sequence: sequence(row.at), at: new Date() }])
      written.add(event).add(key)
    }
  }
  return {
    owe: (rows: readonly DueRow[]): void =>
      void turn(() => write(rows)).catch((cause: unknown) => log.warn('guardian.audit.lost', { words: wordsOf(cause) })),
    settled: (): Promise<void> => turn(async () => {}),
  }
}
