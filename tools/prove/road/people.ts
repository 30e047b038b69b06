import type { RequestView } from '#lib/approval/view.ts'
import { pause, Refused, type Stage } from './stage.ts'

/** What the portal said yes to; a yes must be found in the ledger for ever. */
export type Ack = { readonly login: string; readonly request: string; readonly seq: number; readonly verdict: string }
export type Crowd = {
  readonly acks: readonly Ack[]
  /** Refusals by their code, and calls that got no answer. */
  readonly said: ReadonlyMap<string, number>
  readonly finished: () => number
  readonly end: () => Promise<void>
}
export type Plan = { readonly name: string; readonly id: () => Promise<string | undefined>; readonly verdict: 'approve' | 'deny' }

const DECIDERS = ['maria.santos', 'lena.fischer']
const IDLE_MS = 150

const reason = (login: string, name: string) => ({
  checked: `${login} compared both policies of ${name} and the edges that would appear.`,
  acceptable: `The reach of ${name} is known, and ${login} finds the interface read only.`,
  undo: `File the opposite of ${name}; ${login} keeps the previous document.`,
})

/** People who work through their requests and do again what was not answered, looking first what stands, as one does on a page. */
export function crowd(stage: Stage, plans: readonly Plan[], restless: readonly Plan[]): Crowd {
  const acks: Ack[] = []
  const said = new Map<string, number>()
  let finished = 0
  let isOver = false
  const note = (what: string): void => void said.set(what, (said.get(what) ?? 0) + 1)
  async function tried<T>(act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act()
    } catch (error) {
      note(error instanceof Refused ? `${error.code}: ${error.message.slice(0, 90)}` : 'no answer')
      return undefined
    }
  }
  const see = async (as: string, { id }: Plan): Promise<RequestView | undefined> => {
    const found = await id().catch(() => undefined)
    return found === undefined ? undefined : tried(() => stage.call<RequestView>('get', as, { id: found }))
  }
  async function vote(as: string, plan: Plan, verdict: 'approve' | 'deny', view: RequestView): Promise<void> {
    const input = { id: view.id, digest: view.digest, verdict, ...reason(as, plan.name) }
    const cast = await tried(() => stage.call<{ ledgerSeq: number }>('cast', as, input))
    if (cast !== undefined) acks.push({ login: as, request: view.id, seq: cast.ledgerSeq, verdict })
  }
  const decide = async (as: string, plan: Plan): Promise<void> => {
    while (!isOver) {
      const view = await see(as, plan)
      if (view !== undefined && view.state !== 'open') return
      if (view?.digest !== undefined && view.may[plan.verdict].allowed) await vote(as, plan, plan.verdict, view)
      await pause(IDLE_MS)
    }
  }
  const merge = async (plan: Plan): Promise<void> => {
    while (!isOver) {
      const view = await see('root.okello', plan)
      if (view?.may.merge.allowed === true) await tried(() => stage.call('merge', 'root.okello', { id: view.id }))
      if (view?.delivery?.steps.some(({ step, state }) => step === 'Merged' && state === 'done') === true) break
      await pause(IDLE_MS * 2)
    }
    finished += 1
  }
  /** Votes and takes it back, again and again: load, and votes that must neither be lost nor doubled. */
  const restlessly = async (as: string, plan: Plan): Promise<void> => {
    while (!isOver) {
      const view = await see(as, plan)
      if (view?.may.withdraw.allowed === true) await tried(() => stage.call('withdraw', as, { id: view.id }))
      else if (view?.digest !== undefined && view.may.approve.allowed) await vote(as, plan, 'approve', view)
      await pause(IDLE_MS * 3)
    }
  }
  // Three roads at once: the next request begins when one is merged.
  const waiting = [...plans]
  const lane = async (): Promise<void> => {
    for (let plan = waiting.shift(); plan !== undefined && !isOver; plan = waiting.shift()) {
      const next = plan
      await Promise.all([...DECIDERS.map((login) => decide(login, next)), merge(next)])
    }
  }
  const running = Promise.all([lane(), lane(), lane(), ...restless.map((plan) => restlessly('maria.santos', plan))])
  return {
    acks,
    said,
    finished: () => finished,
    end: async () => {
      isOver = true
      await running
    },
  }
}
