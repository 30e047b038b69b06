import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { lockDirectory } from '#server/adapter/db/directory-lock.ts'
import { compareWithGit, type Sealing } from './ledger-in-git.ts'

// Verifies the ledger without any of the portal's code (but for the lock of an embedded database): sequence without gaps, canonical JSON (RFC 8785), leaf hashes (RFC 9162).
// From the database of VORTEX_DATABASE_URL (only read), or from an export made earlier. Exit code 1 names the first entry that is wrong.

const USAGE = `npm run ledger:verify                     the database of VORTEX_DATABASE_URL (postgres://… or file:DIR, stopped)
npm run ledger:verify -- --export FILE    the same, and writes the entries as JSON lines
npm run ledger:verify -- --file FILE      an export
… --git DIR                               and whether every proposal that Vortex signed in this repository stands in it`

type Row = {
  readonly seq: number
  readonly leafHash: string
  readonly bytes: string
  readonly requestId: string | null
  readonly actor: string
  readonly action: string
  readonly subject: string
}

const { values } = parseArgs({
  options: { file: { type: 'string' }, export: { type: 'string' }, git: { type: 'string' }, help: { type: 'boolean', default: false } },
})

/** RFC 8785 by its rules: keys by UTF-16 code units, numbers and strings as ECMAScript writes them. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`
}

/** What is wrong with an entry that should stand after `last`, or undefined. */
function wrongWith(row: Row, last: number): string | undefined {
  if (typeof row.bytes !== 'string') return 'its bytes are not in this export, for they hold a reason that whoever made it may not read'
  if (row.seq !== last + 1) return `the sequence goes from ${last} to ${row.seq}`
  const hash = createHash('sha256').update(Buffer.of(0)).update(row.bytes, 'utf8').digest('hex')
  if (row.leafHash.replace(/^sha256:/, '') !== hash) return 'its bytes have another hash than the one that was recorded'
  try {
    const entry: unknown = JSON.parse(row.bytes)
    if (canonical(entry) !== row.bytes) return 'its bytes are not canonical JSON'
    const said = Object.fromEntries(Object.entries(entry ?? {}))
    const columns = ['seq', 'requestId', 'actor', 'action', 'subject'] as const
    const other = columns.find((column) => said[column] !== row[column])
    return other === undefined ? undefined : `it is filed under another ${other} than its bytes name`
  } catch {
    return 'its bytes are not JSON'
  }
}

const SQL = {
  entries: 'select seq, leaf_hash, bytes, request_id, actor, action, subject from ledger order by seq',
  // Every vote and every decision has its own entry, and every such entry its vote or decision.
  orphans: `select 'the votes to ' || coalesce(v.verdict, l.verdict) || ' of ' || coalesce(v.login, l.actor) || ' on ' || coalesce(v.request_id, l.request_id) as what
    from (select request_id, login, verdict, count(*) n from vote group by 1, 2, 3) v
    full join (select request_id, actor, case action when 'review.approved' then 'approve' else 'deny' end verdict, count(*) n
      from ledger where action in ('review.approved', 'review.rejected') group by 1, 2, 3) l
    on l.request_id = v.request_id and l.actor = v.login and l.verdict = v.verdict
    where v.n is distinct from l.n
    union all
    select 'the decision on ' || coalesce(d.request_id, l.request_id) from decision d
    full join (select seq, request_id, action from ledger where action ~ '^(relationship|profile|policy|undo)[.](approved|rejected)$') l
    on l.seq = d.ledger_seq and l.request_id = d.request_id
    where d.request_id is null or l.seq is null or (d.outcome = 'Approved') <> (l.action like '%.approved')`,
}

type Raw = Pick<Row, 'actor' | 'action' | 'subject'> & {
  readonly seq: string | number
  readonly leaf_hash: string
  readonly bytes: Uint8Array
  readonly request_id: string | null
}

async function fromDatabase(url: string): Promise<{ readonly rows: readonly Row[]; readonly orphans: readonly string[] }> {
  const ask = await connect(url)
  try {
    const rows = (await ask.query(SQL.entries)) as Raw[] // safe: the columns of the statement
    const orphans = (await ask.query(SQL.orphans)) as { readonly what: string }[] // safe: the columns of the statement
    return {
      rows: rows.map((row) => ({
        seq: Number(row.seq),
        leafHash: row.leaf_hash,
        bytes: Buffer.from(row.bytes).toString('utf8'),
        requestId: row.request_id,
        actor: row.actor,
        action: row.action,
        subject: row.subject,
      })),
      orphans: orphans.map(({ what }) => what),
    }
  } finally {
    await ask.end()
  }
}

async function connect(url: string): Promise<{ readonly query: (sql: string) => Promise<unknown[]>; readonly end: () => Promise<void> }> {
  if (url.startsWith('file:')) {
    const directory = join(url.slice('file:'.length), 'pgdata')
    // PGlite would make a new database where there is none.
    if (!existsSync(join(directory, 'PG_VERSION'))) throw new Error(`There is no database in ${directory}.`)
    // A second opener destroys the data, so this one waits its turn as the portal does.
    const unlock = await lockDirectory(url.slice('file:'.length))
    const lite = new PGlite(directory)
    return { query: async (sql) => (await lite.query(sql)).rows, end: () => lite.close().then(unlock) }
  }
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('set default_transaction_read_only = on')
  return { query: async (sql) => (await client.query(sql)).rows as unknown[], end: () => client.end() } // safe: rows are rows
}

const fromFile = (path: string): readonly Row[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row) // safe: checked entry by entry below

async function main(): Promise<number> {
  if (values.help) return say(USAGE, 0)
  const url = process.env['VORTEX_DATABASE_URL']
  if (values.file === undefined && url === undefined) return say(`Name a database in VORTEX_DATABASE_URL or an export.\n\n${USAGE}`, 2)
  const { rows, orphans } = values.file === undefined ? await fromDatabase(url ?? '') : { rows: fromFile(values.file), orphans: [] }
  if (values.export !== undefined) writeFileSync(values.export, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  let last = 0
  for (const row of rows) {
    const wrong = wrongWith(row, last)
    if (wrong !== undefined) return say(`Entry ${row.seq}: ${wrong}.`, 1)
    last = row.seq
  }
  if (orphans.length > 0) return say(`The ledger does not know ${orphans.join(', ')}.`, 1)
  const found = values.git === undefined ? undefined : compareWithGit(values.git, sealings(rows))
  if (found !== undefined && found.wrong.length > 0) return say(`Git does not agree: ${found.wrong.join('; ')}.`, 1)
  const known = values.file === undefined ? ', every vote and decision known' : ''
  const inGit = found === undefined ? '' : `, ${found.proposals} signed proposals in Git agree`
  return say(`${rows.length} entries: no gap, every hash right, every byte canonical${known}${inGit}.`, 0)
}

const sealings = (rows: readonly Row[]): ReadonlyMap<number, Sealing> =>
  new Map(
    rows.map(({ seq, requestId, action, bytes }) => {
      const { body } = JSON.parse(bytes) as { body?: { digest?: unknown } } // safe: verified above
      return [seq, { requestId, action, digest: body?.digest }]
    }),
  )

function say(text: string, code: number): number {
  process.stdout.write(`${text}\n`)
  return code
}

process.exitCode = await main().catch((error: unknown) =>
  say(`The ledger cannot be read: ${error instanceof Error ? error.message.slice(0, 300) : 'unknown'}`, 2),
)
