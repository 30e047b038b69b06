import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createGit } from '#server/adapter/git/create-git.ts'
import { delivery, outbox } from '#server/adapter/db/schema.ts'
import type { World } from '#server/context.ts'
import { drain } from '#server/outbox/drain.ts'
import { type DeliveryWorld, HASH, openDeliveryWorld, paths, rarText, REL, SPEC } from '#server/testing/delivery-world.ts'
import { follow } from './follow.ts'

let here: DeliveryWorld
let world: World
beforeAll(async () => {
  here = await openDeliveryWorld()
  world = here.world
})
afterAll(() => here.close())

test('a sealed decision goes to its branch, to main when asked, and each step is read back', async () => {
  const id = await here.seal('rar-a')
  await drain(world)
  const proposed = await here.stateOf(id)
  const branch = `vortex/rar-a-${id.slice(0, 8)}`
  expect(proposed).toMatchObject({ branch, problem: null, commit: here.git('rev-parse', branch) })
  expect(here.git('show', `${branch}:${paths('rar-a').rar}`)).toContain(HASH)
  const message = here.git('log', '-1', '--format=%B', branch)
  expect(message).toContain(`Vortex-Request: ${id}`)
  expect(message).toContain('Approved-by: maria.santos <maria@fintech.example>')
  expect(message).toContain('Approved-by: lena.fischer <lena.fischer>')
  await follow(world)
  expect((await here.stateOf(id))?.mergedAt).toBeNull()

  await here.askMerge(id)
  await drain(world)
  await follow(world)
  const merged = await here.stateOf(id)
  expect(merged).toMatchObject({ mergeCommit: here.git('rev-parse', 'main'), mergedBy: 'james.okafor', appliedAt: null })
  expect(here.git('log', '-1', '--format=%P', 'main').split(' ')).toContain(proposed?.commit)

  here.setLive('rar-a', { ...SPEC, decision: { outcome: 'Approved', evaluationHash: HASH } }, { phase: 'AwaitingApproval' })
  await follow(world)
  expect(await here.stateOf(id)).toMatchObject({ appliedAt: expect.any(Date), admittedAt: null })
  here.setLive('rar-a', { ...SPEC, decision: { outcome: 'Approved', evaluationHash: HASH } }, { phase: 'Admitted' })
  await follow(world)
  expect((await here.stateOf(id))?.admittedAt).toBeNull()
  here.live.set(`${REL.kind}/rar-a`, { apiVersion: 'core.ontai.dev/v1alpha1', kind: REL.kind, metadata: { name: 'rar-a' } })
  await follow(world)
  await follow(world)
  expect((await here.stateOf(id))?.admittedAt).toBeInstanceOf(Date)
  expect((await here.actionsOf(id)).slice(3)).toEqual([
    'manifest.committed',
    'manifest.merge.pushed',
    'manifest.merged',
    'manifest.applied.observed',
    'relationship.outcome.observed',
  ])
})

test('killed between push and record, it takes up its own branch although main has moved', async () => {
  const id = await here.seal('rar-b')
  await drain(world)
  const before = await here.stateOf(id)
  await world.database.db
    .update(outbox)
    .set({ doneAt: null, nextAt: new Date(0) })
    .where(eq(outbox.requestId, id))
  await world.database.db.delete(delivery).where(eq(delivery.requestId, id))
  await here.commitToMain({ 'notes.md': 'other work' })
  await drain(here.restarted())
  expect((await here.stateOf(id))?.commit).toBe(before?.commit)
  expect(here.git('rev-list', '--count', `main..${before?.branch ?? ''}`)).toBe('1')
})

test('a silent repository keeps the work and its reason; it is done once it answers', async () => {
  const id = await here.seal('rar-c')
  const away = {
    ...world,
    git: createGit({
      url: 'http://127.0.0.1:1/none.git',
      branch: 'main',
      signingKey: here.keyFile,
      name: 'V',
      email: 'v@v',
      directory: here.folder('away'),
    }),
  }
  await drain(away)
  const [row] = await world.database.db.select().from(outbox).where(eq(outbox.requestId, id))
  expect(row).toMatchObject({ doneAt: null, attempts: 1, problem: expect.stringContaining('cannot be reached') })
  await world.database.db
    .update(outbox)
    .set({ nextAt: new Date(0) })
    .where(eq(outbox.requestId, id))
  await drain(world)
  expect((await here.stateOf(id))?.commit).not.toBeNull()
})

test('a foreign commit on the branch voids the proposal: no merge, and people are told', async () => {
  const id = await here.seal('rar-d')
  await drain(world)
  const main = here.git('rev-parse', 'main')
  await here.commitToMain({ 'sneaked.yaml': 'in: true\n' }, (await here.stateOf(id))?.branch)
  await here.askMerge(id)
  await drain(world)
  expect(here.git('rev-parse', 'main')).toBe(main)
  expect((await here.stateOf(id))?.problem).toMatch(/The decision is void: .* by James, which Vortex did not make\. File a new request/)
  expect((await here.stateOf(id))?.voidedAt).toBeInstanceOf(Date)
  expect(await here.actionsOf(id)).toContain('delivery.voided')
  expect(
    await world.database.db
      .select()
      .from(outbox)
      .where(eq(outbox.kind, 'git.merge'))
      .then((rows) => rows.filter((row) => row.requestId === id && row.doneAt === null)),
  ).toEqual([])
  // Taken away again, it stays void: people no longer know what they merge.
  here.git('update-ref', `refs/heads/${(await here.stateOf(id))?.branch ?? ''}`, (await here.stateOf(id))?.commit ?? '')
  await follow(world)
  expect((await here.stateOf(id))?.voidedAt).toBeInstanceOf(Date)
})

test('a merge is refused when the evaluation moved, and a refused document is told after a merge by other means', async () => {
  const id = await here.seal('rar-e')
  await drain(world)
  here.setLive('rar-e', SPEC, { phase: 'AwaitingApproval', evaluation: { evaluationHash: 'sha256:2' } })
  await here.askMerge(id)
  await drain(world)
  expect((await here.stateOf(id))?.problem).toMatch(/evaluation changed since the decision/)
  here.git('update-ref', 'refs/heads/main', (await here.stateOf(id))?.commit ?? '')
  await follow(world)
  expect(await here.stateOf(id)).toMatchObject({
    mergeCommit: (await here.stateOf(id))?.commit,
    problem: expect.stringContaining('Merged, refused: evaluation changed'),
  })
  expect((await here.stateOf(id))?.problem).toMatch(/git revert/)
})

test('a squash merge by a forge counts, because main holds exactly the sealed bytes', async () => {
  const id = await here.seal('rar-f')
  await drain(world)
  const branch = (await here.stateOf(id))?.branch ?? ''
  const texts = Object.fromEntries(
    [paths('rar-f').rar, paths('rar-f').rel, `governance/events/${id}.yaml`].map((path) => [
      path,
      `${here.git('show', `${branch}:${path}`)}\n`,
    ]),
  )
  const squash = await here.commitToMain(texts)
  await follow(world)
  expect(await here.stateOf(id)).toMatchObject({ mergeCommit: squash, mergedBy: 'james.okafor' })
})

test('main that changed a sealed file after the decision is not overwritten', async () => {
  const id = await here.seal('rar-g')
  await drain(world)
  const main = await here.commitToMain({ [paths('rar-g').rar]: rarText('rar-g', false).replace('Because', 'Since') })
  await here.askMerge(id)
  await drain(world)
  expect(here.git('rev-parse', 'main')).toBe(main)
  expect((await here.stateOf(id))?.problem).toMatch(/Main changed clusters/)
})

test('stored bytes that are not the sealed ones are never delivered', async () => {
  const id = await here.seal('rar-h', { sealedAs: 'sha256:00' })
  await drain(world)
  const [row] = await world.database.db.select().from(outbox).where(eq(outbox.requestId, id))
  expect(row?.problem).toMatch(/at the step "seal"/)
  expect(await here.stateOf(id)).toBeUndefined()
})
