import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSigner } from '#server/adapter/git/sshsig.ts'
import { delivery, outbox } from '#server/adapter/db/schema.ts'
import type { World } from '#server/context.ts'
import { drain } from '#server/outbox/drain.ts'
import { type DeliveryWorld, openDeliveryWorld, paths, rarText } from '#server/testing/delivery-world.ts'
import { follow } from './follow.ts'

let here: DeliveryWorld
let world: World
beforeAll(async () => {
  here = await openDeliveryWorld()
  world = here.world
})
afterAll(() => here.close())

const commitsOnBranches = (): readonly string[] =>
  here.git('for-each-ref', '--format=%(objectname) %(refname:short)', 'refs/heads/vortex').split('\n')

/** A rule of the repository: the hook's text is shell. */
function hook(text: string | undefined): void {
  const path = join(here.bare, 'hooks', 'pre-receive')
  if (text === undefined) return rmSync(path, { force: true })
  writeFileSync(path, `#!/bin/sh\n${text}\n`)
  chmodSync(path, 0o755)
}

/** The remote goes silent behind the same address. */
const silent = (): World => ({ ...world, git: { ...world.git, fetch: () => here.openGit({ url: 'file:///nowhere.git' }).fetch() } })

test('decisions are proposed in the order of their sealing, also when the repository was silent for the first', async () => {
  const ids: string[] = []
  for (const name of ['order-a', 'order-b', 'order-c']) ids.push(await here.seal(name))
  await drain(silent())
  expect((await here.workOf(ids[0] ?? ''))?.attempts).toBe(1)
  // The first waits; the others are due, and none may overtake.
  await drain(world)
  expect(await Promise.all(ids.map(async (id) => (await here.workOf(id))?.attempts))).toEqual([1, 0, 0])
  await here.hurry()
  await drain(world)
  const done = await Promise.all(ids.map(async (id) => (await here.stateOf(id))?.proposedAt?.getTime() ?? 0))
  expect(done.every((at) => at > 0) && done[0] !== undefined && done[0] <= (done[1] ?? 0) && (done[1] ?? 0) <= (done[2] ?? 0)).toBe(true)
}, 60_000)

test('a branch that a hook refuses is told with the hook’s words, steps aside, and is done when the rule goes', async () => {
  const poisoned = await here.seal('poisoned')
  const next = await here.seal('behind')
  hook('while read old new ref; do case $ref in *poisoned*) echo "Branches need a ticket."; exit 1;; esac; done')
  for (let tries = 0; tries < 3; tries += 1) {
    await here.hurry()
    await drain(world)
  }
  expect(await here.workOf(poisoned)).toMatchObject({
    doneAt: null,
    aside: true,
    problem: expect.stringContaining('pre-receive hook declined. It says: Branches need a ticket.'),
  })
  expect((await here.stateOf(next))?.commit).not.toBeNull()
  hook(undefined)
  await here.hurry()
  await drain(world)
  expect((await here.stateOf(poisoned))?.commit).not.toBeNull()
}, 60_000)

test('repeated and killed at every point it makes one branch, one commit and one entry', async () => {
  const id = await here.seal('repeated')
  const before = commitsOnBranches().length
  for (const point of ['fetch', 'commit', 'push', 'pushed'] as const) {
    await here.hurry()
    await drain(diesAt(point)).catch(() => {})
  }
  for (let round = 0; round < 3; round += 1) {
    await world.database.db
      .update(outbox)
      .set({ doneAt: null, nextAt: new Date(0) })
      .where(eq(outbox.requestId, id))
    await here.commitToMain({ 'notes.md': `round ${round}` })
    await Promise.all([drain(here.restarted()), drain(here.restarted())])
  }
  expect(commitsOnBranches().length).toBe(before + 1)
  expect((await here.actionsOf(id)).filter((action) => action === 'manifest.committed')).toHaveLength(1)
}, 60_000)

/** The process ends at a point of the road: nothing after it happens, what was pushed stays pushed. */
function diesAt(point: 'fetch' | 'commit' | 'push' | 'pushed'): World {
  const git = here.openGit()
  const die = async (): Promise<never> => {
    throw new Error('killed')
  }
  const createBranch = async (branch: string, commit: string): Promise<void> => {
    await git.createBranch(branch, commit)
    await die()
  }
  const ends = { fetch: { fetch: die }, commit: { commit: die }, push: { createBranch: die }, pushed: { createBranch } }[point]
  return { ...world, git: { ...git, ...ends } }
}

test('a deleted branch is proposed again with the same commit, and a merge that was asked for waits for it', async () => {
  const id = await here.seal('deleted')
  await drain(world)
  const { branch = '', commit } = (await here.stateOf(id)) ?? {}
  here.git('update-ref', '-d', `refs/heads/${branch}`)
  await here.askMerge(id)
  await drain(world)
  await here.hurry()
  await drain(world)
  await here.hurry()
  await drain(world)
  await follow(world)
  expect(here.git('rev-parse', branch)).toBe(commit)
  expect((await here.stateOf(id))?.mergeCommit).toBe(here.git('rev-parse', 'main'))
  expect(await here.actionsOf(id)).toEqual(expect.arrayContaining(['delivery.branch.gone', 'manifest.committed.again', 'manifest.merged']))
}, 60_000)

test('a deleted branch is seen by the follower too, in a mirror that never held the commit', async () => {
  const id = await here.seal('deleted-too')
  await drain(world)
  const { branch = '' } = (await here.stateOf(id)) ?? {}
  here.git('update-ref', '-d', `refs/heads/${branch}`)
  await here.commitToMain({ 'notes.md': 'moved' })
  const anew = here.restarted()
  await follow(anew)
  await drain(anew)
  expect((await here.stateOf(id))?.commit).toBe(here.git('rev-parse', branch))
}, 60_000)

test('main rewritten: a merge that is gone is not claimed from memory', async () => {
  const id = await here.seal('rewritten')
  await drain(world)
  const before = here.git('rev-parse', 'main')
  await here.askMerge(id)
  await drain(world)
  await follow(world)
  expect((await here.stateOf(id))?.mergedAt).toBeInstanceOf(Date)
  here.git('update-ref', 'refs/heads/main', before)
  await here.commitToMain({ 'notes.md': 'another history' })
  await follow(world)
  const state = await here.stateOf(id)
  expect(state).toMatchObject({ mergeCommit: null, mergedAt: null, appliedAt: null })
  expect(await here.actionsOf(id)).toContain('manifest.merge.gone')
}, 60_000)

test('another repository at the same address stops delivery in words, until the platform owner accepts it', async () => {
  const id = await here.seal('replaced')
  await follow(world)
  const main = here.git('rev-parse', 'main')
  const tree = here.git('rev-parse', 'main^{tree}')
  here.git('update-ref', 'refs/heads/main', here.git('-c', 'user.name=x', '-c', 'user.email=x@y', 'commit-tree', '-m', 'New', tree))
  await drain(world)
  expect((await here.workOf(id))?.problem).toMatch(/Another repository answers at file:.*VORTEX_GIT_ROOT/)
  expect((await here.stateOf(id))?.commit).toBeNull()
  await here.hurry()
  await drain(here.restarted({ root: here.git('rev-parse', 'main') }))
  expect((await here.stateOf(id))?.commit).not.toBeNull()
  // The old one comes back: the same rule the other way round.
  here.git('update-ref', 'refs/heads/main', main)
  await here.seal('back')
  const old = here.git('rev-list', '--max-parents=0', 'main')
  await drain(here.restarted({ root: old }))
}, 60_000)

test('after the key was rotated, old proposals stay ours and new ones carry the new key', async () => {
  const id = await here.seal('rotated')
  await drain(world)
  const [newKey, known] = [here.folder('new-key'), here.folder('known')]
  writeFileSync(newKey, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))
  writeFileSync(known, `# until today\n${createSigner(readFileSync(here.keyFile, 'utf8')).publicLine} old\n`)
  const rotated = here.restarted({ signingKey: newKey, knownKeys: known })
  await here.askMerge(id)
  await drain(rotated)
  await follow(rotated)
  expect((await here.stateOf(id))?.mergedAt).toBeInstanceOf(Date)
  const later = await here.seal('rotated-later')
  await drain(rotated)
  const commit = (await here.stateOf(later))?.commit ?? ''
  expect(await rotated.git.signature(commit)).toBe('vortex')
  await world.git.fetch()
  expect(await world.git.signature(commit)).toBe('other')
}, 60_000)

test('two decisions on one relationship: the first merged wins, the second is refused with the other named', async () => {
  const relationship = paths('same').rel
  const one = await here.seal('rival-one', { relationship })
  const two = await here.seal('rival-two', { relationship })
  await drain(world)
  await here.askMerge(one)
  await here.askMerge(two)
  await drain(world)
  await follow(world)
  expect((await here.stateOf(one))?.mergedAt).toBeInstanceOf(Date)
  expect(await here.stateOf(two)).toMatchObject({ mergedAt: null, problem: expect.stringContaining(`(by decision ${one})`) })
  expect(here.git('show', `main:${relationship}`)).toContain('name: rival-one')
  // Sealed after the first was merged but before it was applied, a third is not laid over it either.
  const three = await here.seal('rival-three', { relationship })
  await drain(world)
  expect((await here.workOf(three))?.problem).toContain(`(by decision ${one})`)
  expect((await here.stateOf(three))?.commit).toBeNull()
}, 60_000)

test('a merge asked for in time and reached too late, or by somebody who may no longer, is refused', async () => {
  const id = await here.seal('too-late', { sealedAt: new Date(Date.now() - 3 * 86_400_000) })
  await drain(world)
  const main = here.git('rev-parse', 'main')
  await here.askMerge(id)
  await drain(world)
  expect((await here.stateOf(id))?.problem).toMatch(/had to be merged by .* has passed\. File a new request/)
  const other = await here.seal('no-right')
  const policy = here.git('show', 'main:vortex/policy.yaml')
  const changed = await here.commitToMain({ 'vortex/policy.yaml': `${policy.replace('login: james.okafor', 'login: root')}\n` })
  await drain(world)
  await here.askMerge(other)
  await drain(world)
  expect((await here.stateOf(other))?.problem).toMatch(/no longer names james\.okafor/)
  expect(here.git('rev-parse', 'main')).toBe(changed)
  expect(changed).not.toBe(main)
  await here.commitToMain({ 'vortex/policy.yaml': `${policy}\n` })
}, 60_000)

test('a document that moved on main after the decision is not written at its old place', async () => {
  const id = await here.seal('moved')
  await here.commitToMain({
    [paths('moved').rar]: undefined,
    'clusters/ccs-mgmt/seam-system/elsewhere/moved.yaml': rarText('moved', false),
  })
  await drain(world)
  expect((await here.workOf(id))?.problem).toMatch(/moved to clusters\/ccs-mgmt\/seam-system\/elsewhere\/moved\.yaml by James/)
  expect((await here.stateOf(id))?.commit).toBeNull()
}, 60_000)

test('a squash whose branch is gone and whose file changed again at once still counts; a void branch merged by hand is told', async () => {
  // The follower looks at every open delivery; those of the tests before have nothing to do with this one.
  await world.database.db.update(delivery).set({ admittedAt: new Date() })
  const id = await here.seal('squashed')
  const other = await here.seal('by-hand')
  await drain(world)
  const { branch = '' } = (await here.stateOf(id)) ?? {}
  const sealed = here.git('diff', '--name-only', `${branch}^`, branch).split('\n')
  const squash = await here.commitToMain(Object.fromEntries(sealed.map((path) => [path, `${here.git('show', `${branch}:${path}`)}\n`])))
  await here.commitToMain({ [paths('squashed').rar]: `${rarText('squashed', true)}# a later remark\n` })
  here.git('update-ref', '-d', `refs/heads/${branch}`)
  await follow(world)
  expect(await here.stateOf(id)).toMatchObject({ mergeCommit: squash })

  const mine = (await here.stateOf(other))?.branch ?? ''
  const foreign = await here.commitToMain({ 'sneaked.yaml': 'in: true\n' }, mine)
  await follow(world)
  expect((await here.stateOf(other))?.voidedAt).toBeInstanceOf(Date)
  const person = ['-c', 'user.name=James', '-c', 'user.email=james@fintech.example']
  const main = here.git('rev-parse', 'main')
  const merge = here.git(...person, 'commit-tree', '-m', 'Merge', '-p', main, '-p', foreign, here.git('rev-parse', `${foreign}^{tree}`))
  here.git('update-ref', 'refs/heads/main', merge)
  await follow(world)
  expect(await here.stateOf(other)).toMatchObject({
    mergeCommit: merge,
    problem: expect.stringMatching(/although the decision is void\. Revert it/),
  })
  expect(await here.actionsOf(other)).toContain('manifest.merged.void')
}, 60_000)
