import 'server-only'
import type { ErrorCode } from '#lib/error.ts'

/** Who calls. Each is one way of being somebody; what they may follows from the rules below, never from a recording. */
export const CALLERS = [
  'nobody',
  'machine',
  'dependency',
  'operational',
  'full',
  'contributor',
  'approver',
  'other-approver',
  'veto-holder',
  'merger',
  'system',
] as const
export type Caller = (typeof CALLERS)[number]

/** How the request stands when it is called about, and what of the outside is silent. */
export const STATES = [
  'open',
  'approved',
  'denied',
  'withdrawn',
  'expired',
  'void',
  'kube-silent',
  'git-silent',
  'guardian-silent',
] as const
export type State = (typeof STATES)[number]

export type Answer = 'ok' | ErrorCode

/** What the rules say about one call. */
export type Rule = {
  /** Machine credentials may call it: the three questions with less detail, never a decision (product.md, the people). */
  readonly machine: boolean
  /** It takes part in deciding or delivering: no machine. */
  readonly decides: boolean
  /** Every refusal stands in the ledger, of the request that it names or as one that was not filed. */
  readonly records?: 'review' | 'request'
  readonly person: (caller: Exclude<Caller, 'nobody' | 'machine'>, state: State) => Answer
}

const isOpen = (state: State): boolean => state === 'open' || state.endsWith('-silent')

/** Everybody signed in reads; what a level hides is hidden in the answer, and a silent source never empties a page. */
const reads: Rule = { machine: true, decides: false, person: () => 'ok' }
/** Authoring is for people: reading it needs the draft's author, and a machine writes no profile. */
const authors: Rule = { machine: false, decides: false, person: () => 'ok' }

/** Verb by verb. A verb without a row fails the matrix: whoever adds one says here who may. */
export const RULES: Readonly<Record<string, Rule>> = {
  'approval.list': reads,
  'approval.get': reads,
  // Not one of the three questions that machines ask.
  'delivery.list': { ...reads, machine: false },
  // Nothing of an undecided request is on its way.
  'delivery.get': {
    ...reads,
    person: (_caller, state) => (isOpen(state) || state === 'withdrawn' || state === 'expired' ? 'not_found' : 'ok'),
  },
  'history.list': reads,
  'history.object': reads,
  // What was deleted has a page still: absent, with its history.
  'object.get': reads,
  'object.events': reads,
  'ledger.list': reads,
  'ledger.get': reads,
  'ledger.export': reads,
  'ledger.verify': reads,
  'profile.list': reads,
  // The matrix asks for a profile that is not there.
  'profile.get': { ...reads, person: () => 'not_found' },
  'topology.get': reads,
  'resource.kinds': reads,
  'resource.list': reads,
  'resource.search': reads,
  'topology.node': { ...reads, person: () => 'not_found' },
  'sources.list': reads,
  'policy.get': reads,
  'policy.faults': reads,
  'policy.check': authors,
  // Filing needs no right of its own (decisions.md 10); the text of the matrix is no policy file.
  'policy.propose': { ...authors, records: 'request', person: () => 'invalid' },
  'profile.authoring': authors,
  // The identity that the matrix names does not exist.
  'profile.curate': { ...authors, person: () => 'invalid' },
  'profile.check': authors,
  'profile.keepDraft': authors,
  // The draft is another person's: it is not there.
  'profile.dropDraft': { ...authors, person: () => 'not_found' },
  // Guardian says who may create a profile; its silence is no yes. The text of the matrix is no profile.
  'profile.send': { ...authors, records: 'request', person: (_caller, state) => (state === 'guardian-silent' ? 'unavailable' : 'invalid') },
  'approval.castVote': {
    machine: false,
    decides: true,
    records: 'review',
    person: (caller, state) => {
      if (!isOpen(state)) return 'conflict'
      // What the verb reads from outside first is asked before anybody's rights.
      if (state === 'kube-silent' || state === 'git-silent') return 'unavailable'
      // A veto is no seat: whoever holds it is asked about, and may deny only.
      if (state === 'guardian-silent' && (caller === 'approver' || caller === 'veto-holder')) return 'unavailable'
      return caller === 'approver' ? 'ok' : 'forbidden'
    },
  },
  'thread.list': { ...reads, machine: false },
  // The matrix names no thread and says nothing: anybody who could speak has to say something first.
  'thread.open': { machine: false, decides: false, records: 'review', person: () => 'invalid' },
  'thread.reply': { machine: false, decides: false, person: () => 'invalid' },
  'thread.resolve': { machine: false, decides: false, person: () => 'not_found' },
  'approval.evidence': { ...reads, machine: false },
  // The matrix names no version.
  'approval.compareRevisions': { ...reads, machine: false, person: () => 'invalid' },
  'notice.list': { ...reads, machine: false },
  'notice.count': { ...reads, machine: false },
  'notice.read': { machine: false, decides: false, person: () => 'ok' },
  'approval.sample': { ...reads, machine: false },
  // Nothing of the matrix was admitted by the system.
  'approval.reviewSample': { machine: false, decides: false, records: 'review', person: () => 'invalid' },
  'approval.withdrawVote': {
    machine: false,
    decides: true,
    records: 'review',
    // Only what one gave can be taken back; nobody of the matrix has voted on the open request.
    person: (_caller, state) => (isOpen(state) ? 'forbidden' : 'conflict'),
  },
  'approval.undo': { ...reads, machine: false },
  // Filing needs the right to file (Guardian's word), nothing to decide. Nothing of the matrix is merged, so nothing can be undone.
  'approval.sendUndo': {
    ...authors,
    records: 'review',
    person: (_caller, state) => (state === 'guardian-silent' ? 'unavailable' : 'conflict'),
  },
  'approval.requestMerge': {
    machine: false,
    decides: true,
    records: 'review',
    person: (caller, state) => {
      if (state === 'git-silent') return 'unavailable'
      if (state === 'kube-silent') return 'unavailable'
      if (state === 'approved' || state === 'denied') return caller === 'merger' ? 'ok' : 'forbidden'
      if (state === 'void') return caller === 'merger' ? 'conflict' : 'forbidden'
      return 'conflict'
    },
  },
}

/** What the rules expect; the same for every verb that has a row. */
export function expected(verb: string, caller: Caller, state: State): Answer {
  const rule = RULES[verb]
  if (rule === undefined) throw new Error(`${verb} has no row in server/testing/matrix-rules.ts: say there who may call it.`)
  if (caller === 'nobody') return 'unauthenticated'
  if (caller === 'machine') return rule.machine ? rule.person('dependency', state) : 'forbidden'
  return rule.person(caller, state)
}
