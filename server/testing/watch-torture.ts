import 'server-only'
import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '#server/adapter/db/client.ts'
import type { Kube } from '#server/adapter/kube/kube.ts'
import { compareHistories, hasBegun, type Version } from '#server/testing/watch-verdict.ts'
import { GROUP, widget, withCondition } from '#server/testing/watch-world.ts'
import type { Writer, Written } from '#server/testing/watch-writer.ts'

const NAMES = 24
/** An end for what hangs: a loaded machine starts a process slowly. */
const SETTLE_MS = 120_000

export type Faults = { refuse: boolean; status: number | undefined; readonly cutWatches: () => void; readonly gone: () => void }

type Torture = {
  readonly writer: Writer
  /** What is done to the API server's clients; nothing where only `alsoNow` goes wrong. */
  readonly faults: Faults | undefined
  /** The cluster as the recorder's process follows it now: a process that was restarted has another one. */
  readonly kube: () => Kube
  readonly database: Database
  readonly faultsMax: number
  readonly changes: number
  readonly seed: number
  /** How long in all the load may wait for watches to come back (milliseconds). */
  readonly patience: number
  readonly onFault?: (fault: number) => void
  /** Something else that goes wrong, such as another recorder taking over. */
  readonly alsoNow?: (fault: number) => Promise<void>
  /** Whether the recorder is back at work after a fault; else whether the reflector is. */
  readonly isBack?: () => boolean
}

export type Tortured = { readonly rows: number; readonly watched: number; readonly gaps: number; readonly problems: readonly string[] }

/**
 * Changes objects while watches are cut, connections reset, the history is forgotten and requests are answered 500 or 401, and
 * compares every row of the recorder with the API server's own history, as its answers to the writer gave it.
 */
export async function tortureWatch(torture: Torture): Promise<Tortured> {
  const { writer, database, changes } = torture
  const { cluster } = torture.kube()
  const random = randomFrom(torture.seed)
  if (!(await settled(async () => hasBegun(database.db, cluster))))
    return { rows: 0, watched: 0, gaps: 0, problems: ['recording did not begin'] }
  const history: Version[] = []
  let written = 0
  let over = false
  let held = Promise.resolve()
  const hold = (until: Promise<void>): void => void (held = until)
  const breaking = breakThings(torture, { random, progress: () => (over ? 'over' : written / changes), hold })
  const alive = new Map<string, string>()
  while (written < changes) {
    await held
    const name = `w-${Math.floor(random() * NAMES)}`
    history.push(await untilAnswered(() => oneChange(writer, { name, count: written, dice: random(), alive }), database))
    written += 1
  }
  over = true
  await breaking
  const final = await writer.list()
  const problems: string[] = []
  if (!(await settled(() => sameObjects(torture.kube(), final)))) problems.push('an object of the reflector is stale at the end')
  const compare = () => compareHistories(database.db, cluster, history, final)
  await settled(async () => (await compare()).isCaughtUp)
  const verdict = await compare()
  return { ...verdict, problems: [...problems, ...verdict.problems] }
}

type Step = { readonly name: string; readonly count: number; readonly dice: number; readonly alive: Map<string, string> }

/** Creates, changes spec, label or condition, or deletes: each changes something that is recorded. */
async function oneChange(writer: Writer, { name, count, dice, alive }: Step): Promise<Omit<Version, 'from' | 'to'>> {
  const uid = alive.get(name)
  if (uid !== undefined && dice < 0.06) {
    const resourceVersion = await writer.remove(name)
    alive.delete(name)
    return { name, uid, resourceVersion: resourceVersion ?? '', gone: true, count }
  }
  const isStatus = uid !== undefined && dice < 0.3
  const document = isStatus
    ? withCondition(name, count % 2 === 0 ? 'True' : 'False', `Count${count}`)
    : widget(name, { count, list: [{ name: 'a', at: count % 3 }] }, { turn: String(count % 7) })
  const { metadata } = await writer.apply(document, `manager-${count % 5}`, isStatus ? 'status' : undefined)
  alive.set(name, metadata.uid ?? '')
  return { name, uid: metadata.uid ?? '', resourceVersion: metadata.resourceVersion ?? '', gone: false, count }
}

async function untilAnswered(write: () => Promise<Omit<Version, 'from' | 'to'>>, { now }: Pick<Database, 'now'>): Promise<Version> {
  const from = now().getTime()
  for (;;) {
    try {
      const version = await write()
      return { ...version, from, to: now().getTime() }
    } catch {
      await pause(5)
    }
  }
}

const KINDS = ['cut', 'gone', 'reset', 500, 401, 'cut and gone'] as const

async function breakServer(faults: Faults, random: () => number): Promise<void> {
  const kind = KINDS[Math.floor(random() * KINDS.length)]
  if (kind === 'gone' || kind === 'cut and gone') faults.gone()
  if (kind === 'reset') faults.refuse = true
  if (typeof kind === 'number') faults.status = kind
  faults.cutWatches()
  await pause(random() * 40)
  Object.assign(faults, { refuse: false, status: undefined })
}

type Course = {
  readonly random: () => number
  readonly progress: () => number | 'over'
  /** The load waits for this. */
  readonly hold: (until: Promise<void>) => void
}

async function breakThings(torture: Torture, { random, progress, hold }: Course): Promise<void> {
  const { faults, faultsMax, kube, onFault, alsoNow } = torture
  let patience = torture.patience
  for (let fault = 0; fault < faultsMax; fault += 1) {
    // Spread over the whole load, so that changes are written before, while and after each.
    for (let done = progress(); done !== 'over' && done < fault / faultsMax; done = progress()) await pause(2)
    if (faults) await breakServer(faults, random)
    await alsoNow?.(fault)
    onFault?.(fault + 1)
    if (random() < 0.3) continue
    // Else the load would be over before the watch comes back, and nothing of it would be watched.
    const from = performance.now()
    const isFresh = (): boolean => kube().listKind(GROUP, 'Widget').state === 'fresh' && performance.now() - from > 20
    const back = settled(async () => isFresh() && (torture.isBack?.() ?? true), patience)
    hold(back.then(() => {}))
    await back
    patience = Math.max(0, patience - (performance.now() - from))
  }
}

const sameObjects = async (kube: Kube, final: readonly Written[]): Promise<boolean> => {
  const seen = kube.listKind(GROUP, 'Widget')
  if (seen.state !== 'fresh' || seen.value.length !== final.length) return false
  const versions = new Map(seen.value.map(({ metadata }) => [metadata.name, metadata.resourceVersion]))
  return final.every(({ metadata }) => versions.get(metadata.name) === metadata.resourceVersion)
}

async function settled(check: () => Promise<boolean>, atMost = SETTLE_MS): Promise<boolean> {
  for (const end = performance.now() + atMost; performance.now() < end; await pause(10)) if (await check()) return true
  return false
}

/** A generator of numbers below one that gives the same ones for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
