import 'server-only'
import { randomUUID } from 'node:crypto'
import { noticeSteps, type Wanted } from '#lib/approval/notice.ts'
import { personal } from '#lib/live/topic.ts'
import { membersOf, namedFor } from '#lib/policy/rights.ts'
import { openQueue } from '#server/approval/open-queue.ts'
import { endNotices, lapsedVotes, lastStep, reword, tell, toldNow, untoldOutcomes } from '#server/approval/repo-notice.ts'
import type { Ctx, World } from '#server/context.ts'
import { headOf, loadPolicy } from '#server/policy/load.ts'

const OUTCOMES_AT_ONCE = 200
/** Rights and clocks change without a step of ours: then people are told within this time (milliseconds). */
const LOOK_AGAIN_MS = 60_000

/** `tellPeople`, as often as it is called, but only when a step was recorded, the policy moved or some time went by. */
export function createTeller(): (world: World) => Promise<void> {
  let last = { step: -1, policy: '', at: 0 }
  return async (world) => {
    const loaded = await loadPolicy(world)
    const step = await lastStep(world.database.db)
    const policy = headOf(loaded) ?? ''
    if (step === last.step && policy === last.policy && performance.now() - last.at < LOOK_AGAIN_MS) return
    const at = performance.now()
    await tellPeople(world)
    last = { step, policy, at }
  }
}

/**
 * Tells everybody once per turn: whose turn it is comes from the evaluator that the inbox asks, outcomes from the decisions.
 * Compares what should be told with what was, so a kill or another leader neither loses nor doubles an entry.
 */
export async function tellPeople(world: World): Promise<void> {
  const now = world.database.now()
  const [wanted, told, outcomes] = await Promise.all([
    turns(world, now),
    toldNow(world.database.db),
    untoldOutcomes(world.database.db, OUTCOMES_AT_ONCE),
  ])
  const steps =
    wanted === undefined
      ? undefined
      : noticeSteps(
          wanted,
          told.map(({ endedAt, ...one }) => ({ ...one, ended: endedAt !== null })),
        )
  const count = outcomes.length + (steps === undefined ? 0 : steps.tell.length + steps.reword.length + steps.end.length)
  if (count === 0) return
  await world.database.write(async (tx) => {
    for (const one of steps?.tell ?? []) await tell(tx, one, now)
    for (const { id, text } of steps?.reword ?? []) await reword(tx, id, text)
    await endNotices(tx, steps?.end ?? [], now)
    for (const { requestId, outcome, approvers, people } of outcomes)
      for (const login of people) await tell(tx, { login, requestId, kind: 'outcome', text: `${outcome} by ${approvers.join(', ')}.` }, now)
    for (const login of concerned(steps, told, outcomes)) await world.database.notify(tx, 'vortex_changed', personal('notices', login))
  })
}

/** Whose notices change by these steps. */
function concerned(
  steps: ReturnType<typeof noticeSteps> | undefined,
  told: Awaited<ReturnType<typeof toldNow>>,
  outcomes: Awaited<ReturnType<typeof untoldOutcomes>>,
): ReadonlySet<string> {
  const moved = new Set([...(steps?.reword ?? []).map(({ id }) => id), ...(steps?.end ?? [])])
  return new Set([
    ...(steps?.tell ?? []).map(({ login }) => login),
    ...told.filter(({ id }) => moved.has(id)).map(({ login }) => login),
    ...outcomes.flatMap(({ people }) => people),
  ])
}

/** Whose turn it is on which open request; undefined while the policy file or a source cannot be read: then nobody's turn ends or begins. */
async function turns(world: World, now: Date): Promise<readonly Wanted[] | undefined> {
  const loaded = await loadPolicy(world)
  if (!loaded.ok) return undefined
  const { policy } = loaded
  const lapsed = new Map((await lapsedVotes(world.database.db)).map((vote) => [`${vote.requestId} ${vote.login}`, vote]))
  const called = new Set(membersOf(policy, policy.clocks.escalate?.to ?? []))
  const wanted: Wanted[] = []
  for (const login of namedFor(policy, Object.keys(policy.domains), now.getTime())) {
    const ctx: Ctx = {
      ...world,
      db: world.database.db,
      now,
      requestId: `notices-${randomUUID()}`,
      viewer: { kind: 'person', login, name: login, groups: [] },
    }
    for (const row of await openQueue(ctx)) {
      if (row.turn !== 'yours') continue
      const lost = lapsed.get(`${row.id} ${login}`)
      const kind = lost !== undefined ? 'lapsed' : called.has(login) ? 'escalated' : 'turn'
      const text = lost === undefined ? row.reason : `Your vote lapsed: ${lost.cause ?? 'the meaning changed'}. It is your turn again.`
      wanted.push({ login, requestId: row.id, kind, text })
    }
  }
  // Who was asked in vain is nobody whose turn ended: it would be told a second time when the source is back.
  return [world.kube, world.git, world.guardian].some((source) => source.age().problem !== undefined) ? undefined : wanted
}
