import { assess, type Assessment, type Outcome, withVote } from '#lib/approval/assess.ts'
import type { CastVote, Facts } from '#lib/approval/facts.ts'
import { withdrawPermit } from '#lib/approval/permits.ts'
import type { RequestState, Verdict } from '#lib/approval/request.ts'
import type { Permit } from '#lib/approval/view.ts'
import { err, ok, type Result } from '#lib/result.ts'

/** Where one request stands. Everything that a transition may depend on besides its event. */
export type Now<V extends CastVote = CastVote> = {
  readonly state: RequestState
  /** Digest of meaning as recorded; undefined while none can be made. */
  readonly digest: string | undefined
  /** A sealed decision whose files are on the main branch: nothing moves it any more. */
  readonly merged: boolean
  readonly votes: readonly V[]
}

type Viewer = Facts['viewer']

/** What can happen to a request. `policy` is a change of the approval policy: part of the meaning, with its own name for the table. */
export type Event =
  | { readonly type: 'cast'; readonly facts: Facts; readonly verdict: Verdict; readonly seen: string }
  | { readonly type: 'withdraw'; readonly viewer: Viewer }
  | { readonly type: 'meaning' | 'policy'; readonly digest: string | undefined; readonly cause: string }
  | { readonly type: 'surroundings' }
  | { readonly type: 'admit'; readonly seen: string; readonly by: string }
  | { readonly type: 'deleted'; readonly cause: string }
  | { readonly type: 'decided-elsewhere'; readonly outcome: Outcome['outcome']; readonly cause: string }
  | { readonly type: 'expired'; readonly now: number; readonly decideBy: number | undefined; readonly cause: string }
  | { readonly type: 'merged' }
  | { readonly type: 'restart' }

/** Which rule refused: `final` a final state stays, `permit` the evaluator, `stale` another version was seen, the rest as they say. */
export type Refused = {
  readonly rule: 'final' | 'permit' | 'stale' | 'not-due' | 'not-sealed'
  readonly text: string
  readonly permit?: Permit
}

type Ended<V> = { readonly vote: V; readonly as: 'withdrawn' | 'lapsed'; readonly cause: string }

/** What a legal transition does; the database carries exactly this. */
export type Step<V extends CastVote = CastVote> = {
  readonly state: RequestState
  readonly digest: string | undefined
  readonly merged: boolean
  readonly ended: readonly Ended<V>[]
  readonly cast: CastVote | undefined
  readonly sealed: Outcome | undefined
  /** The evaluator's answer with the new vote among the others; only of `cast`. */
  readonly after: Assessment | undefined
}

type Answer<V extends CastVote> = Result<Step<V>, Refused>

/** The one place that says which transition of a request is legal (product.md: final states are final). Pure. */
export function step<V extends CastVote>(now: Now<V>, event: Event): Answer<V> {
  switch (event.type) {
    case 'cast':
      return cast(now, event)
    case 'withdraw':
      return withdraw(now, event.viewer)
    case 'meaning':
    case 'policy':
      return move(now, event.digest, event.cause)
    case 'admit':
      return admit(now, event.seen, event.by)
    case 'deleted':
      return close(now, 'withdrawn', event.cause)
    case 'decided-elsewhere':
      return close(now, event.outcome === 'Approved' ? 'approved' : 'denied', event.cause)
    case 'expired':
      return expire(now, event)
    case 'merged':
      return merge(now)
    case 'surroundings':
    case 'restart':
      return ok(same(now))
  }
}

/** The state after a step: what the next event meets. */
export const settle = (now: Now, did: Step): Now => ({
  state: did.state,
  digest: did.digest,
  merged: did.merged,
  votes: [
    ...now.votes.map((vote) => {
      const ended = did.ended.find((one) => one.vote === vote)
      return ended === undefined ? vote : { ...vote, state: ended.as }
    }),
    ...(did.cast === undefined ? [] : [did.cast]),
  ],
})

const counted = <V extends CastVote>(now: Now<V>): readonly V[] => now.votes.filter((vote) => vote.state === 'counted')

const same = <V extends CastVote>({ state, digest, merged }: Now<V>): Step<V> => ({
  state,
  digest,
  merged,
  ended: [],
  cast: undefined,
  sealed: undefined,
  after: undefined,
})

const final = (now: Pick<Now, 'state'>): Result<never, Refused> =>
  err({ rule: 'final', text: `This request is already ${now.state}, and a final state stays. Undoing it is a new request.` })

/** The evaluator's own words for a closed request, without asking it everything else. */
function closed(now: Pick<Now, 'state'>): Result<never, Refused> {
  const said = final(now)
  return said.ok ? said : err({ ...said.error, permit: { allowed: false, reason: said.error.text, who: [] } })
}

function cast<V extends CastVote>(now: Now<V>, { facts, verdict, seen }: Extract<Event, { readonly type: 'cast' }>): Answer<V> {
  if (now.state !== 'open' && facts.viewer.kind === 'person') return closed(now)
  const standing: Facts = { ...facts, state: now.state, votes: now.votes }
  const permit = assess(standing).may[verdict]
  if (!permit.allowed) return err({ rule: now.state === 'open' ? 'permit' : 'final', text: permit.reason, permit })
  const digest = facts.digest.ok ? facts.digest.digest : undefined
  if (digest !== seen || digest !== now.digest)
    return err({
      rule: 'stale',
      text: `The request changed after you opened it: you saw ${short(seen)}. Load it again, read what changed, and decide anew.`,
    })
  const after = assess(withVote(standing, verdict, seen))
  const vote: CastVote = { login: facts.viewer.login, verdict, state: 'counted', digest: seen }
  return ok({ ...same(now), state: sealedState(after.outcome), cast: vote, sealed: after.outcome, after })
}

const sealedState = (outcome: Outcome | undefined): RequestState =>
  outcome === undefined ? 'open' : outcome.outcome === 'Approved' ? 'approved' : 'denied'

function withdraw<V extends CastVote>(now: Now<V>, viewer: Viewer): Answer<V> {
  const permit = withdrawPermit({ viewer, state: now.state, votes: now.votes })
  if (!permit.allowed) return err({ rule: now.state === 'open' ? 'permit' : 'final', text: permit.reason, permit })
  const mine = counted(now).filter((vote) => vote.login === viewer.login)
  return ok({ ...same(now), ended: mine.map((vote) => ({ vote, as: 'withdrawn', cause: 'withdrawn by its voter' })) })
}

/** No digest is no news: only another meaning makes votes lapse. An approval lapses until it is merged; a denial holds whatever moves. */
function move<V extends CastVote>(now: Now<V>, digest: string | undefined, cause: string): Answer<V> {
  if (now.state !== 'open' && (now.state !== 'approved' || now.merged)) return final(now)
  const old = digest === undefined ? [] : counted(now).filter((vote) => vote.digest !== digest)
  const ended = old.map((vote) => ({ vote, as: 'lapsed', cause }) as const)
  return ok({ ...same(now), digest: now.state === 'open' ? digest : now.digest, ended })
}

/** Automatic admission seals without a vote (decisions.md 6); whether the policy allows it is asked by its caller. */
function admit<V extends CastVote>(now: Now<V>, seen: string, by: string): Answer<V> {
  if (now.state !== 'open') return final(now)
  if (now.digest !== seen) return err({ rule: 'stale', text: 'The request changed while this was being decided.' })
  return ok({ ...same(now), state: 'approved', sealed: { outcome: 'Approved', approvers: [by] } })
}

/** Ends without a decision of this portal: what was voted stays as history, with the cause. */
function close<V extends CastVote>(now: Now<V>, state: RequestState, cause: string): Answer<V> {
  if (now.state !== 'open') return final(now)
  return ok({ ...same(now), state, ended: counted(now).map((vote) => ({ vote, as: 'lapsed', cause })) })
}

function expire<V extends CastVote>(now: Now<V>, event: Extract<Event, { readonly type: 'expired' }>): Answer<V> {
  if (now.state !== 'open') return final(now)
  if (event.decideBy === undefined || event.now < event.decideBy)
    return err({ rule: 'not-due', text: 'The time to decide has not passed.' })
  return close(now, 'expired', event.cause)
}

function merge<V extends CastVote>(now: Now<V>): Answer<V> {
  if (now.state !== 'approved' && now.state !== 'denied')
    return err({ rule: 'not-sealed', text: 'There is nothing to merge before the decision is sealed.' })
  return now.merged ? final(now) : ok({ ...same(now), merged: true })
}

const short = (digest: string): string => digest.replace(/^sha256:/, '').slice(0, 8)
