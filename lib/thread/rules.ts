import type { RequestState } from '#lib/approval/request.ts'
import type { Permit } from '#lib/approval/view.ts'

/** Longest text of one contribution, in Unicode code points. */
export const COMMENT_MAX = 4_000

/** `request`, `field:<path>`, `file:<path>` or `condition:<id>`. */
export const ANCHOR = /^(request|(field|file|condition):\S.{0,299})$/u

/** Who asks, and what the request says about them. */
export type Speaker = {
  readonly login: string
  readonly kind: 'person' | 'machine' | 'system'
  /** The policy file names them for this request: party, required role, veto or escalation. */
  readonly entitled: boolean
  readonly contributed: boolean
  /** Has level Full in a party's domain, as whoever reads the reason of a vote (retrieval.md 3). */
  readonly hasFull: boolean
}

const yes = (reason: string): Permit => ({ allowed: true, reason, who: [] })
const no = (reason: string, who: readonly string[] = []): Permit => ({ allowed: false, reason, who })

/** May this person say something about the request at all? */
export function speakPermit(speaker: Speaker, state: RequestState): Permit {
  if (speaker.kind !== 'person') return no('Only a signed-in person takes part in a discussion.')
  if (state !== 'open') return no(`This request is ${state}; its discussion is kept as it is.`)
  return yes('Everybody who is signed in may ask and answer.')
}

type Opened = { readonly openedBy: string }

/**
 * May this person read what others said in the thread? It is reasoning, so it is for Full as a rationale is (retrieval.md 3), and for those
 * whom it concerns: who decides, who wrote the request, and who asked. That it exists, and on what it stands, everybody sees.
 */
export const readsThread = (speaker: Speaker, { openedBy }: Opened): boolean =>
  speaker.hasFull || speaker.entitled || speaker.contributed || speaker.login === openedBy

/** May this person answer in the thread? Nobody answers what they may not read. */
export function replyPermit(speaker: Speaker, state: RequestState, thread: Opened): Permit {
  const speak = speakPermit(speaker, state)
  if (!speak.allowed || readsThread(speaker, thread)) return speak
  return no('You may not read this discussion: it takes level Full in the domain of a party. You may open one of your own.', [
    thread.openedBy,
  ])
}

/** A thread that blocks closes approving, so it takes the right to decide: who wrote the request cannot hold it up or free it. */
export function blockPermit(speaker: Speaker, state: RequestState): Permit {
  const speak = speakPermit(speaker, state)
  if (!speak.allowed) return speak
  if (speaker.contributed) return no('You contributed to it, and nobody who contributed may block its decision.')
  return speaker.entitled
    ? yes('You may decide it, so you may ask for an answer first.')
    : no('vortex/policy.yaml does not name you for any party of this request.')
}

/** May this person resolve the thread? Its opener always; a blocking one else only by people who may decide, another by anybody concerned. */
export function resolvePermit(
  speaker: Speaker,
  state: RequestState,
  thread: { readonly openedBy: string; readonly blocking: boolean; readonly resolved: boolean },
): Permit {
  const speak = speakPermit(speaker, state)
  if (!speak.allowed) return speak
  if (thread.resolved) return no('It is resolved.')
  if (thread.openedBy === speaker.login) return yes('You opened it.')
  if (thread.blocking && speaker.contributed)
    return no('You contributed to it: whoever asked resolves it, or somebody who may decide.', [thread.openedBy])
  return speaker.entitled || (!thread.blocking && speaker.contributed)
    ? yes('You take part in this request.')
    : no('Whoever asked resolves it, or somebody who may decide.', [thread.openedBy])
}
