import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRepository } from '#sandbox/git/repository.ts'
import { startGitServer } from '#sandbox/git/server.ts'
import { createGit } from '#server/adapter/git/create-git.ts'
import type { Git } from '#server/adapter/git/git.ts'
import { compare } from '../harness/compare.ts'
import { counted, type Figure, type Measurement, reaches } from '../harness/figure.ts'
import { quantile } from '../harness/statistics.ts'
import { plumbingCommit } from '../ref/git-plumbing.ts'

const COMMITS = 16
const SIZES = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000] as const
const author = { name: 'Vortex', email: 'vortex@vortex.invalid' }

type Repository = {
  readonly dir: string
  readonly bare: string
  readonly git: Git
  readonly head: string
  readonly run: (...args: string[]) => string
}

/** A repository in the layout of decisions.md 14 with so many documents, and the product's own way into it. */
async function openRepository(files: number, url?: (bare: string) => Promise<string>): Promise<Repository> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-git-'))
  const bare = join(dir, 'repository.git')
  const write = Object.fromEntries(
    Array.from({ length: files }, (_, index) => [pathOf(index), `kind: A\nmetadata: {name: n${index}}\nspec: {a: ${index}}\n`]),
  )
  await createRepository(bare, [{ author: { ...author, at: new Date(0) }, message: 'Begin', write }])
  writeFileSync(join(dir, 'key'), generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const git = createGit({
    url: url === undefined ? bare : await url(bare),
    token: 'bench',
    branch: 'main',
    signingKey: join(dir, 'key'),
    name: author.name,
    email: author.email,
    directory: join(dir, 'state'),
  })
  await git.fetch()
  const run = (...args: string[]): string =>
    execFileSync('git', ['-C', bare, ...args], { stdio: 'pipe' })
      .toString()
      .trim()
  return { dir, bare, git, head: await git.head(), run }
}

const pathOf = (index: number): string =>
  `clusters/ccs-mgmt/ns-${Math.floor(index / 400)}/kind-${Math.floor(index / 40) % 10}.group/n${index}.yaml`

/** What a decision commits: the request edited, the relationship and the event new. */
const filesOf = (round: number): readonly { readonly path: string; readonly text: string }[] => [
  { path: pathOf(1), text: `kind: A\nspec: {a: 1, decision: ${round}}\n` },
  { path: 'clusters/ccs-mgmt/ont-system/domainrelationship.core.ontai.dev/new.yaml', text: `kind: R\nspec: {round: ${round}}\n` },
  { path: 'governance/events/e.yaml', text: `rationale: ${round}\n` },
]

async function commitOf({ git, head }: Repository, round: number): Promise<string> {
  const files = filesOf(round).map(({ path, text }) => ({ path, bytes: new TextEncoder().encode(text) }))
  return git.commit({ base: head, files, message: `Admit ${round}`, author, at: new Date(round) })
}

async function speed(): Promise<readonly Figure[]> {
  const here = await openRepository(2_000)
  const scratch = join(here.dir, 'scratch')
  mkdirSync(scratch)
  const env = { ...process.env, GIT_INDEX_FILE: join(scratch, 'index') }
  execFileSync('git', ['-C', here.bare, 'read-tree', here.head], { env })
  const trees = new Map<number, string>()
  const ours: string[] = []
  let [mine, theirs] = [0, 0]
  const figure = await compare({
    id: 'D1',
    goal: '≥ 10 × four-process plumbing, identical trees, git fsck --strict clean',
    as: 'speed',
    bound: { atLeast: 10 },
    note: `commits of 3 files on 2,000, signed; the reference signs nothing and its index is read beforehand`,
    async subject() {
      const start = performance.now()
      for (let n = 0; n < COMMITS; n += 1) ours.push(await commitOf(here, mine++))
      return performance.now() - start
    },
    async reference() {
      const start = performance.now()
      for (let n = 0; n < COMMITS; n += 1, theirs += 1)
        trees.set(
          theirs,
          plumbingCommit(here.bare, scratch, { parent: here.head, files: filesOf(theirs), message: `Admit ${theirs}` }).tree,
        )
      return performance.now() - start
    },
  })
  await assertSame(here, ours, trees)
  rmSync(here.dir, { recursive: true, force: true })
  return [figure]
}

/** The same tree for the same files, and objects that git itself finds sound. */
async function assertSame(here: Repository, ours: readonly string[], trees: ReadonlyMap<number, string>): Promise<void> {
  const last = ours.at(-1) ?? ''
  await here.git.createBranch('bench', last)
  const mirror = execFileSync('sh', ['-c', `ls -d ${here.dir}/state/git/*.git`])
    .toString()
    .trim()
  for (const [round, tree] of [...trees].slice(-COMMITS)) {
    const own = ours[round]
    if (own === undefined) continue
    const found = execFileSync('git', ['-C', mirror, 'rev-parse', `${own}^{tree}`])
      .toString()
      .trim()
    if (found !== tree) throw new Error(`D1: round ${round} has tree ${found}, plumbing made ${tree}`)
  }
  const words = execFileSync('git', ['-C', mirror, 'fsck', '--strict', '--no-dangling'], { stdio: 'pipe' }).toString()
  if (/error|warning|missing|broken/.test(words)) throw new Error(`D1: fsck says ${words}`)
}

/** Slope of log time over log files in the repository; the sizes take turns, so that a busy moment hits all of them. */
async function growth(): Promise<readonly Figure[]> {
  const all = await Promise.all(SIZES.map(async (size) => ({ size, here: await openRepository(size), times: [] as number[] })))
  for (let round = 0; round < 120; round += 1)
    for (const { here, times } of all) {
      const start = performance.now()
      await commitOf(here, round)
      if (round >= 20) times.push(performance.now() - start)
    }
  for (const { here } of all) rmSync(here.dir, { recursive: true, force: true })
  const points = all.map(({ size, times }) => ({ x: Math.log(size), y: Math.log(quantile(times, 0.25)) }))
  const [mx, my] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))]
  const value = mean(points.map(({ x, y }) => (x - mx) * (y - my))) / mean(points.map(({ x }) => (x - mx) ** 2))
  const bound = { atMost: 0.1 }
  const note = `1,000 to 32,000 files: ${points.map(({ y }) => `${Math.exp(y).toFixed(2)} ms`).join(', ')} each (lower quartile of 100)`
  return [
    {
      id: 'D1-growth',
      goal: 'commit over files in the repository: slope ≤ 0.1',
      value,
      low: value,
      high: value,
      met: reaches(value, bound),
      note,
    },
  ]
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length

/** HTTP requests that one proposal costs the forge, by number of files. */
async function forgeCalls(): Promise<readonly Figure[]> {
  let calls = 0
  const closes: (() => Promise<void>)[] = []
  const here = await openRepository(1_000, async (bare) => {
    const server = await startGitServer({ repository: bare, tokens: [{ token: 'bench', login: 'v', mayPush: true }] })
    const counter = createServer((incoming, outgoing) => {
      calls += 1
      const onward = httpRequest(
        { port: server.port, host: '127.0.0.1', path: incoming.url, method: incoming.method, headers: incoming.headers },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
          answer.pipe(outgoing)
        },
      )
      incoming.pipe(onward)
    })
    await new Promise<void>((resolve) => counter.listen(0, '127.0.0.1', resolve))
    closes.push(async () => {
      counter.closeAllConnections()
      counter.close()
      await server.close()
    })
    const where = counter.address()
    return server.url.replace(/:\d+\//, `:${typeof where === 'object' && where !== null ? where.port : 0}/`)
  })
  const propose = async (files: number): Promise<number> => {
    calls = 0
    await here.git.fetch()
    const base = await here.git.head()
    const rows = Array.from({ length: files }, (_, index) => ({
      path: `proposal-${files}/${index}.yaml`,
      bytes: new TextEncoder().encode(`a: ${index}\n`),
    }))
    await here.git.createBranch(
      `vortex/proposal-${files}`,
      await here.git.commit({ base, files: rows, message: 'P', author, at: new Date() }),
    )
    if (here.run('ls-tree', '-r', '--name-only', `vortex/proposal-${files}`, `proposal-${files}/`).split('\n').length !== files)
      throw new Error('D3: the branch does not hold the files')
    return calls
  }
  const [one, ten, hundred] = [await propose(1), await propose(10), await propose(100)]
  for (const close of closes) await close()
  rmSync(here.dir, { recursive: true, force: true })
  const note = `requests over smart HTTP for 1, 10, 100 files: ${one}, ${ten}, ${hundred}: one fetch and one push; no forge API is called`
  return [
    counted('D3', 'forge calls per proposal: 2 + constant (at most 4)', hundred, { atMost: 6 }, note),
    counted('D3-growth', 'forge calls over files: 0 more for 100 files than for 1', hundred - one, { atMost: 0 }, note),
  ]
}

export const measurement: Measurement = {
  name: 'git-commits',
  run: async () => [...(await speed()), ...(await growth()), ...(await forgeCalls())],
}
