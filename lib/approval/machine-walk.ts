import type { Facts } from '#lib/approval/facts.ts'
import { type Event, type Now, type Refused, settle, step } from '#lib/approval/machine.ts'
import { look, mergeIt, type Model, type ModelAnswer, newModel, takeBack, vote } from '#lib/approval/machine-model.ts'
import { type Act, actsOf, digestOf, DUE, PEOPLE, randomOf, type Scene, T0, upTo } from '#lib/approval/machine-scenes.ts'

/** Random interleavings of people, tabs and the world, run through the machine and through the reference model side by side. */

/** The world between the acts, as the machine's caller sees it. */
type World = {
  text: number
  file: number
  refused: number
  silent: number
  late: boolean
  gone: boolean
  now: Now
  approvers: readonly string[]
}

/** What went apart and where; undefined when machine and model agree after every act. */
export function differs(
  scene: Scene,
  acts: readonly Act[],
  ended?: (state: Now['state']) => void,
): { readonly at: number; readonly machine: string; readonly model: string } | undefined {
  const model = newModel(scene.of)
  const world: World = {
    text: 0,
    file: 0,
    refused: 0,
    silent: 0,
    late: false,
    gone: false,
    approvers: [],
    now: { state: 'open', digest: digestOf(0, 0), merged: false, votes: [] },
  }
  const tabs = PEOPLE.map(() => [
    { text: 0, file: 0 },
    { text: 0, file: 0 },
  ])
  for (const [at, act] of acts.entries()) {
    const saw = act.type === 'vote' ? tabs[act.who]?.[act.tab] : undefined
    const said = inModel(model, act, saw ?? { text: 0, file: 0 })
    const did = inMachine(world, scene, act, saw ?? { text: 0, file: 0 })
    if (act.type === 'reload') tabs[act.who]?.splice(act.tab, 1, { text: model.text, file: model.file })
    const [one, other] = [`${did} ${machineText(world)}`, `${said} ${modelText(model)}`]
    if (one !== other) return { at, machine: one, model: other }
  }
  ended?.(world.now.state)
  return undefined
}

/** What the acts do to the world itself, in both. */
function turn(world: Pick<World, 'text' | 'file' | 'refused' | 'silent' | 'late' | 'gone'>, act: Act): void {
  if (act.type === 'edit') world.text = act.text
  if (act.type === 'policy') world.file = act.file
  if (act.type === 'refuse') world.refused ^= 1 << act.who
  if (act.type === 'silence') world.silent ^= 1 << act.who
  if (act.type === 'late') world.late = true
  if (act.type === 'delete') world.gone = true
}

function inModel(model: Model, act: Act, saw: { readonly text: number; readonly file: number }): ModelAnswer {
  turn(model, act)
  if (act.type === 'vote') return vote(model, act.who, act.no, saw)
  if (act.type === 'take-back') return takeBack(model, act.who)
  if (act.type === 'merge') return mergeIt(model)
  if (act.type === 'look') look(model)
  return 'done'
}

const WORD: Readonly<Record<Refused['rule'], ModelAnswer>> = {
  final: 'final',
  permit: 'no',
  stale: 'stale',
  'not-due': 'no',
  'not-sealed': 'nothing to merge',
}

function happens(world: World, event: Event): ModelAnswer {
  const did = step(world.now, event)
  if (!did.ok) return WORD[did.error.rule]
  world.now = settle(world.now, did.value)
  if (did.value.sealed !== undefined) world.approvers = did.value.sealed.approvers
  return 'done'
}

/** As the server does before every vote and at every look: gone, late, then the meaning. */
function sync(world: World): void {
  if (world.gone) happens(world, { type: 'deleted', cause: 'gone' })
  if (world.late) happens(world, { type: 'expired', now: DUE, decideBy: DUE, cause: 'late' })
  happens(world, { type: 'meaning', digest: digestOf(world.text, world.file), cause: 'moved' })
}

function inMachine(world: World, scene: Scene, act: Act, saw: { readonly text: number; readonly file: number }): ModelAnswer {
  turn(world, act)
  switch (act.type) {
    case 'vote': {
      sync(world)
      const base = scene.facts[world.text]?.[world.file]
      const login = PEOPLE[act.who]
      if (base === undefined || login === undefined) return 'no'
      const facts: Facts = { ...base, viewer: { login, kind: 'person' }, guardian: wordsOf(world, login), now: world.late ? DUE : T0 }
      return happens(world, { type: 'cast', facts, verdict: act.no ? 'deny' : 'approve', seen: digestOf(saw.text, saw.file) })
    }
    case 'take-back':
      return happens(world, { type: 'withdraw', viewer: { login: PEOPLE[act.who] ?? '', kind: 'person' } })
    case 'merge':
      return happens(world, { type: 'merged' })
    case 'look':
      sync(world)
      return 'done'
    case 'rebase':
      return happens(world, { type: 'surroundings' })
    case 'restart':
      // Nothing but what is stored survives.
      world.now = copyOf(world.now)
      return happens(world, { type: 'restart' })
    case 'reload':
    case 'edit':
    case 'policy':
    case 'refuse':
    case 'silence':
    case 'late':
    case 'delete':
      return 'done'
  }
}

const YES = { word: 'allowed', reason: 'allowed' } as const
const NO = { word: 'denied', reason: 'no rule' } as const
const SILENT = { word: 'unknown', reason: 'no answer' } as const

function wordsOf(world: World, viewer: string): Facts['guardian'] {
  const words: Record<string, Facts['guardian'][string]> = {}
  for (const [who, login] of PEOPLE.entries())
    if (login === viewer || world.now.votes.some((one) => one.login === login && one.state === 'counted'))
      words[login] = (world.silent & (1 << who)) === 0 ? ((world.refused & (1 << who)) === 0 ? YES : NO) : SILENT
  return words
}

const machineText = ({ now, approvers }: World): string =>
  `${now.state} ${now.merged} ${now.votes.map((one) => `${one.login} ${one.verdict} ${one.state}`).join()} ${approvers.join()}`

const modelText = ({ phase, merged, ballots, approvers }: Model): string =>
  `${phase} ${merged} ${ballots.map((one) => `${PEOPLE[one.who]} ${one.no ? 'deny' : 'approve'} ${one.life}`).join()} ${approvers.map((who) => PEOPLE[who]).join()}`

/** How often each state was the last one: a search that never approves would prove little. */
export type Ends = Record<Now['state'], number>

export type Found = {
  readonly seed: number
  readonly acts: readonly Act[]
  readonly scene: Scene
  readonly machine: string
  readonly model: string
}

/** Runs interleavings of seeds `from` up to `end`; the first difference comes back with the shortest list of acts that shows it. */
export function search(
  all: readonly Scene[],
  from: number,
  end: number,
): { readonly events: number; readonly ends: Ends; readonly found: Found | undefined } {
  const ends: Ends = { open: 0, approved: 0, denied: 0, withdrawn: 0, expired: 0 }
  let events = 0
  for (let seed = from; seed < end; seed += 1) {
    const random = randomOf(seed)
    const scene = all[upTo(random, all.length)]
    if (scene === undefined) break
    const acts = actsOf(random)
    events += acts.length
    const found = differs(scene, acts, (state) => (ends[state] += 1))
    if (found !== undefined) return { events, ends, found: shrink(scene, seed, acts.slice(0, found.at + 1)) }
  }
  return { events, ends, found: undefined }
}

/** The failing prefix with every act left out that is not needed. */
function shrink(scene: Scene, seed: number, prefix: readonly Act[]): Found {
  let acts = prefix
  for (let at = 0; at < acts.length;) {
    const fewer = acts.toSpliced(at, 1)
    if (differs(scene, fewer) === undefined) at += 1
    else acts = fewer
  }
  const { machine = '', model = '' } = differs(scene, acts) ?? {}
  return { seed, acts, scene, machine, model }
}

/** What a restart reads back: the same content in new objects. */
const copyOf = (now: Now): Now => ({ ...now, votes: now.votes.map((vote) => ({ ...vote })) })
