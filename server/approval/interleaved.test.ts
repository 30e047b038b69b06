import { afterAll, beforeAll, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { newModel, takeBack, vote, look } from '#lib/approval/machine-model.ts'
import { actsOf, PEOPLE, policyOf, randomOf, type Scene, scenes, upTo } from '#lib/approval/machine-scenes.ts'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { castVote } from '#server/approval/cast-vote.ts'
import { decisionsOf, loadRequest, openRequests, votesOf } from '#server/approval/repo.ts'
import { syncRequest, syncRequests } from '#server/approval/sync.ts'
import { withdrawVote } from '#server/approval/withdraw-vote.ts'
import { participant, testWorld } from '#server/testing/approval-world.ts'

const ROUNDS = 100
const DOMAINS = ['north', 'south', 'east'] as const
let database: Database
beforeAll(async () => {
  database = await openDatabase('memory:')
})
afterAll(() => database.close())

const RATIONALE = {
  checked: 'Read both policies and the diff.',
  acceptable: 'It reads only and both agree.',
  undo: 'Revert the relationship file.',
}

/** One interleaving through the real verbs; gives what the verbs and what the model say at its end. */
async function run(scene: Scene, seed: number): Promise<readonly [real: string, model: string]> {
  const of = { ...scene.of, finds: ['nothing', 'nothing'] as const }
  const model = newModel(of)
  const world = testWorld(database)
  // An edit sets or clears one field, so the first text has it empty.
  for (const domain of DOMAINS)
    world.objects.push(...participant(`${domain}-one`, domain, 'production', { note: '' }), ...participant(`${domain}-two`, domain))
  const policies = of.rules.map((rules) => stringify(policyOf(rules)))
  world.commit({ 'vortex/policy.yaml': policies[0] }, 'root@x.example')
  world.guardian = (login) => (model.refused & (1 << PEOPLE.findIndex((one) => one === login))) === 0
  const name = `walk-${seed}`
  const requestedBy = PEOPLE[of.requester] ?? 'nobody'
  world.request(name, {
    initiator: `${DOMAINS[of.initiator]}-one`,
    counterpart: `${DOMAINS[of.counterpart]}-two`,
    requestedBy,
    committed: false,
  })
  await syncRequests(world.ctx('system', 'system'))
  const id = (await openRequests(database.db)).find((row) => row.name === name)?.id ?? ''
  const digestNow = async () => (await syncRequest(world.ctx('system', 'system'), id, { fresh: true })).row.digest ?? 'none'
  const tabs = PEOPLE.map(() => [0, 1].map(() => ({ text: 0, file: 0 })))
  const digests = new Map([['0/0', await digestNow()]])
  for (const act of actsOf(randomOf(seed))) {
    if (act.type === 'edit') {
      model.text = act.text
      world.objects = world.objects.map((object) =>
        object.metadata.name === `${DOMAINS[of.initiator]}-one-policy`
          ? { ...object, spec: { ...Object(object.spec), note: act.text === 0 ? '' : 'x' } }
          : object,
      )
      world.evaluateAll()
    }
    if (act.type === 'policy') {
      model.file = act.file
      world.commit({ 'vortex/policy.yaml': policies[act.file] }, 'root@x.example')
    }
    if (act.type === 'refuse') model.refused ^= 1 << act.who
    // The worker looks at what is sealed and not merged; a vote alone does not.
    if (model.phase !== 'open' && ['look', 'reload', 'vote'].includes(act.type)) await syncRequests(world.ctx('system', 'system'))
    if (act.type === 'look' || act.type === 'reload') {
      look(model)
      digests.set(`${model.text}/${model.file}`, model.phase === 'open' ? await digestNow() : 'none')
      if (act.type === 'reload') tabs[act.who]?.splice(act.tab, 1, { text: model.text, file: model.file })
    }
    const login = 'who' in act ? (PEOPLE[act.who] ?? '') : ''
    if (act.type === 'vote') {
      const saw = tabs[act.who]?.[act.tab] ?? { text: 0, file: 0 }
      vote(model, act.who, act.no, saw)
      const digest = digests.get(`${saw.text}/${saw.file}`) ?? 'none'
      await castVote(world.ctx(login), { id, digest, verdict: act.no ? 'deny' : 'approve', ...RATIONALE }).catch(() => undefined)
    }
    if (act.type === 'take-back') {
      takeBack(model, act.who)
      await withdrawVote(world.ctx(login), { id }).catch(() => undefined)
    }
  }
  look(model)
  await syncRequests(world.ctx('system', 'system'))
  const votes = (await votesOf(database.db, [id])).map((one) => `${one.login} ${one.verdict} ${one.state}`)
  const [decision, ...more] = await decisionsOf(database.db, [id])
  const real = [(await loadRequest(database.db, id))?.state, ...votes.toSorted(), ...(decision?.approvers ?? []), more.length]
  const said = model.ballots.map((one) => `${PEOPLE[one.who]} ${one.no ? 'deny' : 'approve'} ${one.life}`)
  return [real.join(), [model.phase, ...said.toSorted(), ...model.approvers.map((who) => PEOPLE[who]), 0].join()]
}

it('random interleavings through the real verbs end as the independent model says', async () => {
  const all = scenes(2)
  const apart: unknown[] = []
  for (let seed = 0; seed < ROUNDS; seed += 1) {
    const scene = all[upTo(randomOf(seed), all.length)]
    const [real, model] = scene === undefined ? ['none', ''] : await run(scene, seed)
    if (real !== model) apart.push({ seed, real, model })
    const open = (await openRequests(database.db)).map((row) => row.id)
    for (const id of open) await database.db.execute(`update change_request set state = 'withdrawn' where id = '${id}'`)
  }
  expect(apart).toEqual([])
}, 480_000)
