import { createHash } from 'node:crypto'
import { parseArgs } from 'node:util'
import { parse, stringify } from 'yaml'
import { commitToMain, readFromMain } from '#sandbox/git/commit.ts'
import { runGit } from '#sandbox/git/run-git.ts'
import { personOf } from '#sandbox/world/people.ts'
import { type Crowd, crowd, type Plan } from './road/people.ts'
import { pause, setStage, type Stage } from './road/stage.ts'
import { POINTS, type Watcher, watch } from './road/watch.ts'

// kill -9 from outside of portal, worker and database the moment a state of the road is seen, under load, and nobody who helps. After
// every kill the same people go on; at the end each request has one decision, one commit and its votes, and the ledger is whole.

const FOLDER = 'clusters/ccs-mgmt/seam-system/relationshipadmissionrequest.seam.ontai.dev'
const TARGETS = ['portal', 'worker', 'database'] as const
type Target = (typeof TARGETS)[number]
type Death = { readonly point: string; readonly target: Target; readonly leadMs: number }

const say = (text: string): void => void process.stdout.write(`${text}\n`)

export async function prove(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({ args: [...args], options: { points: { type: 'string', default: '100' } } })
  const wanted = Number(values.points)
  const stage = await setStage()
  if (stage === undefined) {
    say('kill: skipped (1), there is no PostgreSQL on this machine')
    return true
  }
  const watcher = watch(stage)
  try {
    return await proveOn(stage, watcher, wanted)
  } finally {
    await watcher.close()
    await stage.close()
  }
}

async function proveOn(stage: Stage, watcher: Watcher, wanted: number): Promise<boolean> {
  // A slow machine sees fewer of a request's states before they are past, and a request that is at its end shows none.
  const plans = await fileRequests(stage, watcher, Math.max(4, Math.ceil(wanted / 3)))
  const restless = planFor(watcher, 'rar-los-depends-on-pgw', 'approve')
  const people = crowd(stage, plans, [restless])
  const begun = Date.now()
  const deaths: Death[] = []
  const names = plans.map(({ name }) => name)
  // A state that is seen all the time must not take the place of the rarer ones.
  const most = Math.max(2, Math.ceil(wanted / 9))
  let known = new Set<string>()
  const limit = begun + wanted * 12_000 + 120_000
  while (deaths.length < wanted && people.finished() < plans.length && Date.now() < limit) {
    const sight = await watcher.look(names).catch(() => undefined)
    if (sight !== undefined) {
      const fresh = [...sight.points].filter((each) => !known.has(each))
      known = new Set(sight.points)
      const next = fresh
        .map((each) => each.slice(each.indexOf('/') + 1))
        .filter((each) => seen(deaths, each) < most)
        .toSorted((a, b) => seen(deaths, a) - seen(deaths, b))[0]
      if (next !== undefined) {
        const death = await killAt(stage, watcher, next, leastOf(deaths, next))
        deaths.push(death)
        if (deaths.length % 10 === 0)
          say(`${deaths.length} killed, ${people.finished()} of ${plans.length} merged, ${Math.round((Date.now() - begun) / 1000)} s`)
        // What became true while nobody looked was not observed at its moment.
        known = new Set((await watcher.look(names).catch(() => sight)).points)
      }
    }
    await pause(10)
  }
  const killedFor = Date.now() - begun
  const settled = await settle(stage, watcher, people, plans)
  await people.end()
  const problems = [...settled, ...(await problemsOf(stage, watcher, people, plans))]
  report(deaths, people, plans.length, killedFor)
  for (const problem of problems) say(`  NOT TRUE: ${problem}`)
  if (deaths.length < wanted) say(`  only ${deaths.length} of ${wanted} points were reached`)
  return problems.length === 0 && deaths.length >= wanted
}

const seen = (deaths: readonly Death[], point: string): number => deaths.filter((death) => death.point === point).length

const leastOf = (deaths: readonly Death[], point: string): Target => {
  const of = (target: Target): number =>
    deaths.filter((death) => death.target === target && death.point === point).length * 1_000 +
    deaths.filter((death) => death.target === target).length
  return TARGETS.toSorted((a, b) => of(a) - of(b))[0] ?? 'portal'
}

/** Kills and waits until the portal answers and somebody leads again; nothing is done to make them. */
async function killAt(stage: Stage, watcher: Watcher, point: string, target: Target): Promise<Death> {
  if (target === 'database') {
    await stage.postgres.kill()
    await stage.postgres.start()
  } else (target === 'portal' ? stage.portal : stage.leader()).kill()
  const at = Date.now()
  const end = at + 60_000
  let leadMs: number | undefined
  for (let isUp = false; !isUp || leadMs === undefined; await pause(20)) {
    if (Date.now() > end) throw new Error(`nobody came back after ${target} was killed at: ${point}`)
    if (leadMs === undefined && (await watcher.look([]).catch(() => undefined))?.led === true) leadMs = Date.now() - at
    isUp ||= await stage.call('get', 'noor.haddad', { id: '00000000-0000-4000-8000-000000000000' }).then(
      () => true,
      (error: unknown) => error instanceof Error && 'code' in error && error.code === 'not_found',
    )
  }
  return { point, target, leadMs }
}

const planFor = (watcher: Watcher, name: string, verdict: Plan['verdict']): Plan => {
  let known: string | undefined
  return {
    name,
    verdict,
    id: async () =>
      (known ??= (await watcher.query<{ id: string }>(`select id from change_request where name = $1 and state <> 'withdrawn'`, [name]))[0]
        ?.id),
  }
}

/** Approvals of the world's own requests that have no rival, and denials of copies, filed through Git as people do. */
async function fileRequests(stage: Stage, watcher: Watcher, count: number): Promise<readonly Plan[]> {
  const own = ['rar-cs-observes-pgw', 'rar-cbs-extends-cs']
  const model = parse(await readFromMain(stage.repository, `${FOLDER}/${own[0]}.yaml`)) as { metadata: { name: string } } // safe: the world's own file
  const copies = Array.from({ length: count - own.length }, (_, at) => `rar-copy-${String(at + 1).padStart(2, '0')}`)
  const write = Object.fromEntries(
    copies.map((name) => [`${FOLDER}/${name}.yaml`, stringify({ ...model, metadata: { ...model.metadata, name } })]),
  )
  await commitToMain(stage.repository, { author: personOf('james.okafor'), message: 'File requests', write })
  const plans = [...own.map((name) => planFor(watcher, name, 'approve')), ...copies.map((name) => planFor(watcher, name, 'deny'))]
  for (let tries = 0; (await Promise.all(plans.map(({ id }) => id().catch(() => undefined)))).includes(undefined); tries += 1) {
    if (tries > 600) throw new Error('the requests did not arrive')
    await pause(200)
  }
  // Spread, so that approvals meet kills at every stage.
  return plans.toSorted((a, b) => hash(a.name).localeCompare(hash(b.name)))
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Without further kills everything comes to its end by itself. */
async function settle(stage: Stage, watcher: Watcher, people: Crowd, plans: readonly Plan[]): Promise<readonly string[]> {
  const names = plans.map(({ name }) => name)
  const end = Date.now() + 60_000 + plans.length * 8_000
  for (;;) {
    const sight = await watcher.look(names).catch(() => undefined)
    const open = names.filter((name) => sight?.points.has(`${name}/the outcome is recorded`) !== true)
    if (open.length === 0 && people.finished() === plans.length) return []
    if (Date.now() > end) {
      const where = await watcher.query<{ name: string; problem: string | null }>(
        `select r.name, coalesce(l.problem, o.problem, r.state) as problem from change_request r left join delivery l on l.request_id = r.id
           left join outbox o on o.request_id = r.id and o.done_at is null where r.name = any($1)`,
        [open],
      )
      return where.map(({ name, problem }) => `${name} did not come to its end: ${problem ?? 'no problem is said'}`)
    }
    await pause(300)
  }
}

type Vote = { readonly login: string; readonly state: string; readonly entries: number }

async function problemsOf(stage: Stage, watcher: Watcher, { acks }: Crowd, plans: readonly Plan[]): Promise<readonly string[]> {
  const problems: string[] = []
  const must = (is: boolean, words: string): void => void (is || problems.push(words))
  const messages = (await runGit(stage.repository, ['log', '--all', '--format=%H %P%x00%B%x01'])).toString('utf8').split('\u0001')
  for (const plan of plans) {
    const id = (await plan.id()) ?? ''
    const own = messages
      .filter((text) => text.includes(`Vortex-Request: ${id}`))
      .map((text) => (text.split('\0')[0] ?? '').trim().split(' ').length - 1)
    must(
      own.toSorted((a, b) => a - b).join() === '1,2',
      `${plan.name} has commits with ${own.join(', ')} parents instead of one proposal and one merge`,
    )
    const [decided] = await watcher.query<{ n: number }>('select count(*)::int as n from decision where request_id = $1', [id])
    must(decided?.n === 1, `${plan.name} has ${decided?.n} decisions`)
    const votes = await watcher.query<Vote>(
      `select v.login, v.state, (select count(*)::int from ledger l where l.request_id = v.request_id and l.actor = v.login and l.action like 'review.%') as entries
         from vote v where v.request_id = $1`,
      [id],
    )
    const expected = plan.verdict === 'deny' ? 1 : 2
    must(
      votes.length === expected && votes.every(({ state, entries }) => state === 'counted' && entries === 1),
      `${plan.name} has the votes ${JSON.stringify(votes)}`,
    )
    const doubled = await watcher.query<{ action: string; n: number }>(
      `select action, count(*)::int as n from ledger where request_id = $1 and action not like 'review.%' and action not like '%refused%' group by action having count(*) > 1`,
      [id],
    )
    for (const { action, n } of doubled) problems.push(`${plan.name}: ${action} stands ${n} times in the ledger`)
  }
  const entries = await watcher.query<{ seq: number; actor: string; action: string; request: string | null; bytes: Buffer; leaf: string }>(
    'select seq::int as seq, actor, action, request_id as request, bytes, leaf_hash as leaf from ledger order by seq',
  )
  const leaf = (bytes: Buffer): string => createHash('sha256').update(Buffer.of(0)).update(bytes).digest('hex')
  must(
    entries.every(({ seq }, at) => seq === at + 1),
    'the ledger has a gap',
  )
  must(
    entries.every(({ bytes, leaf: kept }) => kept.replace(/^sha256:/, '') === leaf(bytes)),
    'an entry of the ledger has another hash than its bytes',
  )
  for (const { login, request } of acks) {
    const found = entries.some((entry) => entry.request === request && entry.actor === login && entry.action.startsWith('review.'))
    must(found, `the acknowledged vote of ${login} on ${request} is not in the ledger`)
  }
  const [loose] = await watcher.query<{ votes: number; entries: number }>(
    `select (select count(*)::int from vote) as votes, (select count(*)::int from ledger where action in ('review.approved', 'review.rejected')) as entries`,
  )
  must(loose?.votes === loose?.entries, `${loose?.votes} votes stand against ${loose?.entries} entries of votes`)
  return problems
}

function report(deaths: readonly Death[], people: Crowd, requests: number, ms: number): void {
  const of = (target: Target): number => deaths.filter((death) => death.target === target).length
  const leads = deaths.filter(({ target }) => target === 'worker').map(({ leadMs }) => leadMs)
  say(
    `kill -9: ${deaths.length} observed points in ${Math.round(ms / 1000)} s: portal ${of('portal')}, worker ${of('worker')}, database ${of('database')}; ${requests} requests, ${people.acks.length} acknowledged votes`,
  )
  say(`  another worker led after at most ${Math.max(0, ...leads)} ms`)
  for (const point of POINTS) say(`  ${String(seen(deaths, point)).padStart(4)}  ${point}`)
  for (const [words, count] of [...people.said].toSorted((a, b) => b[1] - a[1]).slice(0, 12)) say(`        said ${count} times: ${words}`)
}
