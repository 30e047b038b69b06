import { parseArgs } from 'node:util'
import { killUnderLoad } from '#server/testing/ledger-kills.ts'
import { startPostgres } from '#sandbox/postgres.ts'

// `npm run prove -- ledger [--rounds 200]`: the database is killed that often while eight writers append; no acknowledged entry is
// lost and the ledger never forks (goals.md A1). The suite does five rounds of the same.

/** Says what was found; false where an entry was lost, a number given twice, or the chain does not verify. */
export async function prove(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({ args: [...args], options: { rounds: { type: 'string', default: '200' } } })
  const postgres = await startPostgres()
  if (postgres === undefined) {
    process.stderr.write('There is no PostgreSQL on this machine.\n')
    return false
  }
  try {
    const started = performance.now()
    const { acknowledged, problems } = await killUnderLoad(postgres, Number(values.rounds), (round) => {
      if (round % 20 === 0) process.stdout.write(`${round} kills\n`)
    })
    for (const problem of problems) process.stdout.write(`${problem}\n`)
    const seconds = Math.round((performance.now() - started) / 1000)
    process.stdout.write(
      `${values.rounds} kills of the database, ${acknowledged} acknowledged entries, ${problems.length} problems, ${seconds} s\n`,
    )
    return problems.length === 0
  } finally {
    await postgres.stop()
  }
}
