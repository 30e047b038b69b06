import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { drain } from '#server/outbox/drain.ts'
import { type DeliveryWorld, openDeliveryWorld, paths, rarText } from '#server/testing/delivery-world.ts'
import { follow } from './follow.ts'

// A database administrator, a forge's user and somebody on the machine each try to slip a byte in. The database's own
// triggers are switched off for it: what is tested is the chain, not the first fence.

let here: DeliveryWorld
beforeAll(async () => {
  here = await openDeliveryWorld()
})
afterAll(() => here.close())

const tamper = (statement: ReturnType<typeof sql>) =>
  here.world.database.db.transaction(async (tx) => {
    await tx.execute(sql`set local session_replication_role = replica`)
    await tx.execute(statement)
  })

const flipped = (text: string, at: number): string => {
  const bytes = Buffer.from(text)
  bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ 1
  return bytes.toString('latin1')
}

/** Nothing of it may be at the remote: no branch, and main as it was. */
async function refusedAt(step: string, id: string, main: string): Promise<void> {
  await drain(here.world)
  const row = await here.workOf(id)
  expect({ step, problem: row?.problem, done: row?.doneAt !== null }).toEqual({
    step,
    problem: expect.stringContaining(`at the step "${step}"`),
    done: true,
  })
  expect(here.git('for-each-ref', `refs/heads/vortex/*${id.slice(0, 8)}`)).toBe('')
  expect(here.git('rev-parse', 'main')).toBe(main)
  expect(await here.actionsOf(id)).toContain('delivery.propose.failed')
}

test('bytes turned in the database, at every link, stop the proposal with the step named', async () => {
  const links = [
    ['vote', (id: string) => sql`update vote set digest = 'sha256:00' where request_id = ${id} and login = 'maria.santos'`],
    ['vote', (id: string) => sql`delete from vote where request_id = ${id} and login = 'lena.fischer'`],
    [
      'vote',
      (id: string) =>
        sql`update decision set digest = 'sha256:' || translate(substr(digest, 8), '0123456789abcdef', '123456789abcdef0') where request_id = ${id}`,
    ],
    [
      'vote',
      (id: string) =>
        sql`update ledger set bytes = set_bit(bytes, 333, 1 - get_bit(bytes, 333)) where request_id = ${id} and action = 'review.approved'`,
    ],
    ['seal', (id: string) => sql`update decision set sealed_digest = 'sha256:00' where request_id = ${id}`],
    [
      'seal',
      (id: string) => sql`update ledger set leaf_hash = reverse(leaf_hash) where request_id = ${id} and action = 'relationship.approved'`,
    ],
    ['seal', (id: string) => sql`update decision set outcome = 'Approved', sealed_by = 'mallory' where request_id = ${id}`],
    ['stored bytes', (id: string) => sql`update sealed_file set path = path || 'x' where request_id = ${id} and path like 'governance/%'`],
    ...[0, 77, 1_001].map(
      (bit) =>
        [
          'stored bytes',
          (id: string) =>
            sql`update sealed_file set bytes = set_bit(bytes, ${bit}, 1 - get_bit(bytes, ${bit})) where request_id = ${id} and path like '%relationshipadmissionrequest%'`,
        ] as const,
    ),
  ] as const
  for (const [index, [step, statement]] of links.entries()) {
    const id = await here.seal(`tampered-${index}`)
    const main = here.git('rev-parse', 'main')
    await tamper(statement(id))
    await refusedAt(step, id, main)
  }
  expect(here.git('for-each-ref', 'refs/heads/vortex')).toBe('')
}, 60_000)

test('bytes turned in the database after the proposal stop the merge, and the follower says so', async () => {
  const id = await here.seal('late')
  await drain(here.world)
  expect((await here.stateOf(id))?.commit).not.toBeNull()
  await tamper(sql`update sealed_file set bytes = bytes || '\\x20'::bytea where request_id = ${id}`)
  const main = here.git('rev-parse', 'main')
  await follow(here.world)
  expect((await here.stateOf(id))?.problem).toContain('at the step "stored bytes"')
  await here.askMerge(id)
  await drain(here.world)
  expect(here.git('rev-parse', 'main')).toBe(main)
  expect(await here.actionsOf(id)).toContain('delivery.merge.refused')
})

test('a commit that replaces ours on the branch is found out by its tree, mode, message, signature or key', async () => {
  const otherKey = join(here.folder('key'), '..', 'other-key')
  writeFileSync(otherKey, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const mallory = here.openGit({ signingKey: otherKey })
  await mallory.fetch()
  const replacements: readonly (readonly [string, (id: string, commit: string, name: string) => Promise<string>])[] = [
    ['a byte', async (_, commit, name) => amended(commit, { [paths(name).rar]: flipped(rarText(name, true), 41) })],
    ['a file', async (_, commit) => amended(commit, { 'sneaked.yaml': 'in: true\n' })],
    ['a mode', async (_, commit, name) => amended(commit, {}, paths(name).rel)],
    ['no signature', async (_, commit) => amended(commit, {})],
    ['a byte of the signed text', async (_, commit) => rewritten(commit, (text) => text.replace('Decided in', 'Decidet in'))],
    ['a trailer', async (id, commit) => rewritten(commit, (text) => text.replace(id, id.replace(/^./, '0')))],
    [
      'another key',
      async (_, commit) => {
        const base = here.git('rev-parse', `${commit}^`)
        const message = here.git('log', '-1', '--format=%B', commit)
        await mallory.fetch()
        const paths_ = here.git('diff', '--name-only', base, commit).split('\n')
        const files = paths_.map((path) => ({ path, bytes: Buffer.from(`${here.git('show', `${commit}:${path}`)}\n`) }))
        const forged = await mallory.commit({ base, files, message, author: mallory.identity, at: new Date() })
        await mallory.createBranch(`forged-${states++}`, forged)
        return forged
      },
    ],
  ]
  for (const [what, replace] of replacements) {
    const name = `replaced-${states++}`
    const id = await here.seal(name)
    await drain(here.world)
    const { branch = '', commit } = (await here.stateOf(id)) ?? {}
    const main = here.git('rev-parse', 'main')
    here.git('update-ref', `refs/heads/${branch}`, await replace(id, commit ?? '', name))
    await here.askMerge(id)
    await drain(here.world)
    const state = await here.stateOf(id)
    expect({ what, void: state?.voidedAt instanceof Date, main: here.git('rev-parse', 'main') }).toEqual({ what, void: true, main })
    expect(state?.problem).toMatch(/The decision is void: .*Refused at the step "branch"/)
    expect(await here.actionsOf(id)).toContain('delivery.voided')
  }
}, 60_000)

let states = 0

/** The commit with its message, over a changed tree, and of course without our signature. */
async function amended(commit: string, files: Readonly<Record<string, string>>, executable?: string): Promise<string> {
  const message = here.git('log', '-1', '--format=%B', commit)
  const parent = here.git('rev-parse', `${commit}^`)
  const scratch = `scratch-${states++}`
  here.git('update-ref', `refs/heads/${scratch}`, commit)
  let tree = here.git('rev-parse', `${await here.commitToMain(files, scratch)}^{tree}`)
  if (executable !== undefined) {
    here.git('read-tree', commit)
    here.git('update-index', '--chmod=+x', '--cacheinfo', `100755,${here.git('rev-parse', `${commit}:${executable}`)},${executable}`)
    tree = here.git('write-tree')
  }
  return here.git('-c', 'user.name=Vortex', '-c', 'user.email=vortex@vortex.invalid', 'commit-tree', '-m', message, '-p', parent, tree)
}

/** The raw commit with its signature kept and some of its text turned. */
function rewritten(commit: string, change: (text: string) => string): string {
  const text = Buffer.from(change(`${here.git('cat-file', 'commit', commit)}\n`))
  return looseObject(here.bare, 'commit', text)
}

function looseObject(dir: string, type: string, body: Buffer, as?: string): string {
  const whole = Buffer.concat([Buffer.from(`${type} ${body.length}\0`), body])
  const id = as ?? createHash('sha1').update(whole).digest('hex')
  mkdirSync(join(dir, 'objects', id.slice(0, 2)), { recursive: true })
  writeFileSync(join(dir, 'objects', id.slice(0, 2), id.slice(2)), deflateSync(whole))
  return id
}

test('an object of the mirror whose content no longer fits its id is never pushed', async () => {
  const name = 'mirrored'
  const id = await here.seal(name)
  const directory = here.folder('tampered')
  const world = here.restarted({ directory })
  await world.git.fetch()
  const sealed = Buffer.from(rarText(name, true))
  const blob = createHash('sha1').update(`blob ${sealed.length}\0`).update(sealed).digest('hex')
  const [mirror = ''] = readdirSync(join(directory, 'git')).filter((each) => each.endsWith('.git'))
  looseObject(join(directory, 'git', mirror), 'blob', Buffer.from(flipped(rarText(name, true), 99)), blob)
  await drain(world)
  const problem = (await here.workOf(id))?.problem
  const state = await here.stateOf(id)
  const pushed = state?.commit ? here.git('show', `${state.commit}:${paths(name).rar}`) : 'nothing was pushed'
  expect([rarText(name, true).trim(), 'nothing was pushed']).toContain(pushed)
  expect(state?.commit ? 'right' : problem).toMatch(/right|at the step "commit"|local Git mirror|merge/)
})

test('a merge that somebody made by hand with a byte turned is told, and nothing is called applied', async () => {
  const name = 'evil'
  const id = await here.seal(name)
  await drain(here.world)
  const { commit = '' } = (await here.stateOf(id)) ?? {}
  const tip = await amended(commit ?? '', { [paths(name).rar]: flipped(rarText(name, true), 200) })
  const main = here.git('rev-parse', 'main')
  const person = ['-c', 'user.name=Mallory', '-c', 'user.email=m@x']
  const merge = here.git(...person, 'commit-tree', '-m', 'Merge', '-p', main, '-p', commit ?? '', here.git('rev-parse', `${tip}^{tree}`))
  here.git('update-ref', 'refs/heads/main', merge)
  await follow(here.world)
  const state = await here.stateOf(id)
  expect(state).toMatchObject({
    mergeCommit: merge,
    appliedAt: null,
    problem: expect.stringMatching(/Refused at the step "merge"|Main no longer holds the sealed bytes/),
  })
})
