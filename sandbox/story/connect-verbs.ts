import { randomUUID } from 'node:crypto'
import type { RequestView } from '#lib/approval/view.ts'
import { castVote } from '#server/approval/cast-vote.ts'
import { getRequest } from '#server/approval/get.ts'
import { listRequests } from '#server/approval/list.ts'
import { requestMerge } from '#server/approval/merge.ts'
import type { Ctx, World } from '#server/context.ts'
import { startWorker } from '#server/delivery/worker.ts'
import { world } from '#server/world.ts'
import { personOf } from '../world/people.ts'
import type { StoryVerbs } from './verbs.ts'

const WAIT_MS_MAX = 180_000
const LOOK_EVERY_MS = 100

/** The portal's verbs in this process, called as the people of the story: the same rules, the same records as in the browser. */
export async function connectVerbs(): Promise<StoryVerbs> {
  const here = await world()
  const stopWorker = await startWorker(here)
  return {
    vote: async (as, request, verdict, rationale) => {
      const view = await openRequest(here, as, request, ({ digest }) => digest !== undefined)
      await castVote(ctxOf(here, as), { id: view.id, digest: view.digest, verdict, ...rationale })
    },
    merge: async (as, request) => {
      const view = await openRequest(here, as, request, ({ may }) => may.merge.allowed)
      await requestMerge(ctxOf(here, as), { id: view.id })
      // A person looks whether it is merged before going on.
      await openRequest(
        here,
        as,
        request,
        ({ delivery }) => delivery?.steps.some(({ step, state }) => step === 'Merged' && state === 'done') ?? false,
      )
    },
    // The worker runs by itself; a round is what it does meanwhile.
    tick: async () => undefined,
    isWithdrawn: async (request) => (await find(here, request))?.state === 'withdrawn',
    hasLapsed: async (request, login) => {
      const row = await find(here, request)
      if (!row) return false
      const { votes } = await getRequest(ctxOf(here, login), { id: row.id })
      return votes.some((vote) => vote.login === login && vote.state === 'lapsed')
    },
    close: async () => {
      await stopWorker()
      await here.kube.stop()
      await here.database.close()
    },
  }
}

const ctxOf = (here: World, login: string): Ctx => {
  const { name, groups } = personOf(login)
  return {
    ...here,
    viewer: { kind: 'person', login, name, groups },
    requestId: `story-${randomUUID()}`,
    now: new Date(),
    db: here.database.db,
  }
}

async function find(here: World, name: string) {
  for (const view of [undefined, 'decided', 'expired']) {
    const { rows } = await listRequests(ctxOf(here, 'noor.haddad'), { view, q: name })
    const row = rows.find((each) => each.name === name)
    if (row !== undefined) return row
  }
  return undefined
}

/** The request as a person sees it, once it stands as the step needs it; the world is still moving when the story begins. */
async function openRequest(here: World, as: string, name: string, stands: (view: RequestView) => boolean): Promise<RequestView> {
  const end = Date.now() + WAIT_MS_MAX
  for (;;) {
    const row = await find(here, name)
    const view = row && (await getRequest(ctxOf(here, as), { id: row.id }))
    if (view && stands(view)) return view
    if (Date.now() > end) throw new Error(`${name} ${view ? 'does not stand as it should' : 'was not seen'} in time.`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}
