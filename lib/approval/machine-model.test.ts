import { expect, it } from 'vitest'
import { type Scene, scenes } from '#lib/approval/machine-scenes.ts'
import { search } from '#lib/approval/machine-walk.ts'

/** `npm run prove -- votes` runs the full million on both cores. */
const COUNT = 200_000

it('the machine and the independent model agree after every act of 200,000 random interleavings', () => {
  const { found, events, ends } = search(scenes(1), 0, COUNT)
  expect(
    found && { seed: found.seed, acts: found.acts, of: found.scene.of, machine: found.machine, model: found.model },
    'seed, shortest acts, and what each side said',
  ).toBeUndefined()
  expect(events).toBeGreaterThan(COUNT * 4)
  for (const count of Object.values(ends)) expect(count).toBeGreaterThan(COUNT / 200)
}, 300_000)

it.each<[string, (scene: Scene) => Scene['of']]>([
  ['one more veto', ({ of }) => ({ ...of, rules: of.rules.map((one) => ({ ...one, veto: 63 })) })],
  ['one more seat', ({ of }) => ({ ...of, rules: of.rules.map((one) => ({ ...one, raised: one.raised + 1 })) })],
  ['another requester', ({ of }) => ({ ...of, requester: (of.requester + 1) % 8 })],
  ['a rule that is not violated', ({ of }) => ({ ...of, finds: of.finds.map((one) => (one === 'violation' ? 'nothing' : one)) })],
])('a planted difference is found and shrunk to a few acts: %s', (_, plant) => {
  const { found } = search(
    scenes(1).map((scene) => ({ ...scene, of: plant(scene) })),
    0,
    20_000,
  )
  expect(found?.acts.length).toBeLessThan(6)
})
