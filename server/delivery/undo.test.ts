import { afterAll, beforeAll, expect, test } from 'vitest'
import type { World } from '#server/context.ts'
import { follow } from '#server/delivery/follow.ts'
import { drain } from '#server/outbox/drain.ts'
import { type DeliveryWorld, openDeliveryWorld, paths, REL } from '#server/testing/delivery-world.ts'

let here: DeliveryWorld
let world: World
beforeAll(async () => {
  here = await openDeliveryWorld()
  world = here.world
})
afterAll(() => here.close())

/** An admission that is on main, with its relationship in the cluster. */
async function admitted(name: string): Promise<string> {
  const id = await here.seal(name)
  await drain(world)
  await here.askMerge(id)
  await drain(world)
  await follow(world)
  here.live.set(`${REL.kind}/${name}`, { apiVersion: 'core.ontai.dev/v1alpha1', kind: REL.kind, metadata: { name } })
  return id
}

test('an undo deletes the relationship in a commit of its own, and is applied when the cluster has it no more', async () => {
  const before = await admitted('rar-undone')
  const id = await here.sealUndo('rar-undone')
  await drain(world)
  const proposed = await here.stateOf(id)
  expect(proposed).toMatchObject({ problem: null, commit: expect.any(String) })
  const changed = here
    .git('diff', '--name-status', 'main', proposed?.commit ?? '')
    .split('\n')
    .toSorted()
  expect(changed).toEqual([`A\tgovernance/events/${id}.yaml`, `D\t${paths('rar-undone').rel}`])
  expect(here.git('log', '-1', '--format=%B', proposed?.commit ?? '')).toMatch(/^Undo rar-undone\n/)

  await here.askMerge(id)
  await drain(world)
  await follow(world)
  expect(await here.stateOf(id)).toMatchObject({ mergeCommit: here.git('rev-parse', 'main'), appliedAt: null, problem: null })
  const there = here.git('ls-tree', '-r', '--name-only', 'main').split('\n')
  expect(there).not.toContain(paths('rar-undone').rel)
  expect(there).toEqual(expect.arrayContaining([paths('rar-undone').rar, `governance/events/${before}.yaml`]))

  here.live.delete(`${REL.kind}/rar-undone`)
  await follow(world)
  expect(await here.stateOf(id)).toMatchObject({ appliedAt: expect.any(Date), admittedAt: expect.any(Date), problem: null })
  expect((await here.actionsOf(id)).at(-1)).toBe('undo.outcome.observed')
})

test('a relationship that was changed after the undo was decided is not deleted', async () => {
  await admitted('rar-moved')
  const id = await here.sealUndo('rar-moved')
  await here.commitToMain({ [paths('rar-moved').rel]: 'kind: DomainRelationship\nspec: {a: 2}\n' })
  await drain(world)
  expect(await here.stateOf(id)).toMatchObject({ commit: null, problem: expect.stringContaining(paths('rar-moved').rel) })
  expect(here.git('show', `main:${paths('rar-moved').rel}`)).toContain('a: 2')
})
