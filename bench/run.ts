import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { closeShared } from './harness/at-end.ts'
import type { Figure, Measurement } from './harness/figure.ts'
import { merged, type Recorded } from './harness/results.ts'

// Runs every measurement of bench/NAME/*.ts (all names without an argument), prints a Markdown table and writes bench/results/NAME.json.
// Further arguments pick files, and what the others measured before stays: `npm run bench -- decision ledger`.

const ROOT = import.meta.dirname
const NOT_A_BENCH = ['harness', 'ref', 'results']
const say = (line: string): void => void process.stdout.write(`${line}\n`)

async function benchmark(name: string): Promise<void> {
  const there = (await readdir(join(ROOT, name))).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts')).sort()
  const all = there.map((file) => file.slice(0, -'.ts'.length))
  const unknown = files.find((file) => !all.includes(file))
  if (unknown !== undefined) throw new Error(`there is no bench/${name}/${unknown}.ts; there are: ${all.join(', ')}`)
  const ran = new Map<string, readonly Figure[]>()
  say(
    `## ${name} (${availableParallelism()} cores, Node ${process.versions.node})\n\n| id | goal | value | 95 % | met | note |\n| --- | --- | --- | --- | --- | --- |`,
  )
  for (const file of files.length === 0 ? all : files) {
    const { measurement } = (await import(join(ROOT, name, `${file}.ts`))) as { readonly measurement: Measurement } // safe: the folder's rule
    const found = await measurement.run(minutes > 0 ? { minutes } : {}).catch((error: unknown) => [failed(measurement, error)])
    for (const figure of found) say(rowOf(figure))
    ran.set(file, found)
  }
  await keep(name, all, ran)
}

async function keep(name: string, all: readonly string[], ran: ReadonlyMap<string, readonly Figure[]>): Promise<void> {
  const path = join(ROOT, 'results', `${name}.json`)
  const earlier = JSON.parse(await readFile(path, 'utf8').catch(() => '[]')) as readonly Recorded[] // safe: written below
  await mkdir(join(ROOT, 'results'), { recursive: true })
  await writeFile(path, `${JSON.stringify(merged(all, earlier, ran), null, 2)}\n`)
}

/** A wrong or missing answer is a figure too: zero, not met, with the reason. */
function failed({ name }: Measurement, error: unknown): Figure {
  process.exitCode = 1
  const note = error instanceof Error ? error.message : String(error)
  return { id: name, goal: 'an answer', value: 0, low: 0, high: 0, met: false, note }
}

const short = (value: number): string => (Number.isInteger(value) ? String(value) : value.toPrecision(3))

const rowOf = ({ id, goal, value, low, high, met, note }: Figure): string =>
  `| ${id} | ${goal} | ${short(value)} | ${short(low)} to ${short(high)} | ${met ? 'yes' : 'no'} | ${note.replaceAll('|', '/').replaceAll('\n', ' ')} |`

const { positionals, values } = parseArgs({ allowPositionals: true, options: { minutes: { type: 'string' } } })
const [asked, ...files] = positionals
const minutes = Number(values.minutes ?? Number.NaN)
if (values.minutes !== undefined && !(minutes > 0)) throw new Error(`--minutes: ${values.minutes} is no length of time`)
const folders = (await readdir(ROOT, { withFileTypes: true })).filter((each) => each.isDirectory() && !NOT_A_BENCH.includes(each.name))
const names = folders.map(({ name }) => name).filter((name) => asked === undefined || name === asked)
if (names.length === 0) throw new Error(`there is no bench/${asked}; there are: ${folders.map(({ name }) => name).join(', ')}`)
for (const name of names) await benchmark(name)
await closeShared()
process.exit(process.exitCode ?? 0)
