/**
 * What a request may do, said a second time in small and straight from decisions.md 1 to 11 and product.md ("rules that never bend").
 * It shares no code with the machine or the evaluator: people are bits, meanings are pairs of numbers, seats are tried out one by one.
 */

export type ModelRules = {
  /** Per domain: who approves (bits) and how many. The last number of a request's domains may lie outside: a domain without a rule. */
  readonly domains: readonly { readonly approvers: number; readonly quorum: number }[]
  readonly overall: number
  readonly veto: number
  /** One seat more for somebody of these, whatever the parties are; 0 asks nobody. */
  readonly required: number
  /** Seats of the initiator's party when a finding is ambiguous. */
  readonly raised: number
}

export type ModelCase = {
  readonly initiator: number
  readonly counterpart: number
  readonly requester: number
  /** What the evaluation finds, per text of the request. */
  readonly finds: readonly ('nothing' | 'ambiguous' | 'violation')[]
  /** Policy files that come and go. */
  readonly rules: readonly ModelRules[]
}

type Ballot = {
  readonly who: number
  readonly no: boolean
  readonly text: number
  readonly file: number
  life: 'counted' | 'withdrawn' | 'lapsed'
}

export type Model = {
  readonly of: ModelCase
  phase: 'open' | 'approved' | 'denied' | 'withdrawn' | 'expired'
  merged: boolean
  /** The world as it is: text of the request, policy file, whom Guardian refuses or does not answer for (bits), time up, object gone. */
  text: number
  file: number
  refused: number
  silent: number
  late: boolean
  gone: boolean
  ballots: Ballot[]
  approvers: readonly number[]
}

export const newModel = (of: ModelCase): Model => ({
  of,
  phase: 'open',
  merged: false,
  text: 0,
  file: 0,
  refused: 0,
  silent: 0,
  late: false,
  gone: false,
  ballots: [],
  approvers: [],
})

export type ModelAnswer = 'done' | 'final' | 'no' | 'stale' | 'nothing to merge'

const has = (people: number, who: number): boolean => (people & (1 << who)) !== 0

/** Looks at the world: an object that is gone or a time that is up closes; another meaning takes the votes back. */
export function look(model: Model): void {
  if (model.phase === 'open' && (model.gone || model.late)) {
    model.phase = model.gone ? 'withdrawn' : 'expired'
    for (const ballot of model.ballots) if (ballot.life === 'counted') ballot.life = 'lapsed'
  }
  // A denial holds whatever moves, an approval until it is merged (decisions.md 10, 11).
  if (model.phase !== 'open' && (model.phase !== 'approved' || model.merged)) return
  for (const ballot of model.ballots)
    if (ballot.life === 'counted' && (ballot.text !== model.text || ballot.file !== model.file)) ballot.life = 'lapsed'
}

type Seats = { readonly people: number; readonly count: number }

function seatsOf(model: Model): { readonly seats: readonly Seats[]; readonly noParty: boolean } {
  const { initiator, counterpart, requester, finds } = model.of
  const rules = model.of.rules[model.file]
  const seats: Seats[] = []
  let noParty = false
  for (const domain of initiator === counterpart ? [initiator] : [initiator, counterpart]) {
    const rule = rules?.domains[domain]
    if (rule === undefined) noParty = true
    else {
      const more = finds[model.text] === 'ambiguous' && domain === initiator ? (rules?.raised ?? 0) : 0
      seats.push({ people: without(rule.approvers, requester), count: Math.max(rule.quorum, more) })
    }
  }
  const required = rules?.required ?? 0
  if (required !== 0 && seats.length > 0) seats.push({ people: without(required, requester), count: 1 })
  return { seats, noParty }
}

const without = (people: number, who: number): number => people & ~(1 << who)

/** Most people of the list that can sit at the same time, everybody on one seat: tried out. */
function most(people: readonly number[], seats: readonly Seats[], from = 0): number {
  const who = people[from]
  if (who === undefined) return 0
  let best = most(people, seats, from + 1)
  for (const [index, seat] of seats.entries())
    if (seat.count > 0 && has(seat.people, who)) {
      const rest = seats.map((one, at) => (at === index ? { ...one, count: one.count - 1 } : one))
      best = Math.max(best, 1 + most(people, rest, from + 1))
    }
  return best
}

/** A person votes on what one of their tabs showed. */
export function vote(model: Model, who: number, no: boolean, saw: { readonly text: number; readonly file: number }): ModelAnswer {
  look(model)
  if (model.phase !== 'open') return 'final'
  const { of } = model
  const counted = model.ballots.filter((ballot) => ballot.life === 'counted')
  if (counted.some((ballot) => has(model.silent, ballot.who)) || has(model.silent, who)) return 'no'
  const { seats, noParty } = seatsOf(model)
  const seated = seats.some((seat) => has(seat.people, who))
  const veto = who !== of.requester && has(of.rules[model.file]?.veto ?? 0, who)
  if (who === of.requester || (!seated && !veto) || has(model.refused, who)) return 'no'
  if (counted.some((ballot) => ballot.who === who)) return 'no'
  const yes = counted.filter((ballot) => !ballot.no && !has(model.refused, ballot.who)).map((ballot) => ballot.who)
  const gains = most([...yes, who], seats) > most(yes, seats)
  if (!no && (!seated || of.finds[model.text] === 'violation' || noParty || !gains)) return 'no'
  if (saw.text !== model.text || saw.file !== model.file) return 'stale'
  model.ballots.push({ who, no, ...saw, life: 'counted' })
  if (no) {
    model.phase = 'denied'
    model.approvers = [who]
    return 'done'
  }
  const all = [...yes, who]
  const needed = seats.reduce((sum, seat) => sum + seat.count, 0)
  // The overall quorum is capped at the sum of the parties' (decisions.md 5): with every seat taken it is met.
  if (needed > 0 && most(all, seats) === needed) {
    model.phase = 'approved'
    model.approvers = all.filter((_, at) => most(all.slice(0, at + 1), seats) > most(all.slice(0, at), seats))
  }
  return 'done'
}

export function takeBack(model: Model, who: number): ModelAnswer {
  if (model.phase !== 'open') return 'final'
  const mine = model.ballots.filter((ballot) => ballot.who === who && ballot.life === 'counted')
  for (const ballot of mine) ballot.life = 'withdrawn'
  return mine.length === 0 ? 'no' : 'done'
}

export function mergeIt(model: Model): ModelAnswer {
  if (model.phase !== 'approved' && model.phase !== 'denied') return 'nothing to merge'
  if (model.merged) return 'final'
  model.merged = true
  return 'done'
}
