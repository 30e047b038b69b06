import { utf8ToBytes } from '@noble/hashes/utils.js'
import { z } from 'zod'
import { sealedDigest } from '#lib/approval/digest.ts'
import { canonicalJson, leafHash } from '#lib/canonical.ts'

/** The links from what a person saw to what main holds; each names the next by digest, so that no byte moves unseen. */
export type ChainStep = 'page' | 'vote' | 'seal' | 'stored bytes' | 'commit' | 'branch' | 'merge'

/** Texts are of exactly the stored bytes, a byte order mark included; null where those are no UTF-8. */
export type ChainEntry = { readonly text: string | null; readonly leafHash: string }

/** What the database holds of one sealed decision. */
export type ChainLinks = {
  readonly decision: {
    readonly outcome: 'Approved' | 'Rejected'
    readonly digest: string
    readonly sealedDigest: string
    readonly approvers: readonly string[]
    readonly sealedBy: string
    readonly ledgerSeq: number
  }
  readonly requestId: string
  /** Votes of every state: one that lapsed after sealing was still cast on the digest. */
  readonly votes: readonly { readonly login: string; readonly verdict: 'approve' | 'deny'; readonly digest: string }[]
  /** Ledger entries of the request that a vote or the sealing wrote. */
  readonly entries: readonly ChainEntry[]
  /** No text deletes the path. */
  readonly files: readonly { readonly path: string; readonly text: string | null | undefined }[]
}

export type BrokenLink = { readonly step: ChainStep; readonly why: string }

/** How a broken chain is said: the step first, what does not fit, and that nothing went further. */
export const brokenText = ({ step, why }: BrokenLink): string =>
  `Refused at the step "${step}": ${why} Nothing was pushed or merged from here; tell the platform owner.`

const Entry = z.looseObject({
  seq: z.number(),
  actor: z.string(),
  action: z.string(),
  requestId: z.string().nullable(),
  body: z.looseObject({
    verdict: z.string().optional(),
    digest: z.string().optional(),
    sealedDigest: z.string().optional(),
    outcome: z.string().optional(),
    approvers: z.array(z.string()).optional(),
  }),
})
type Entry = z.output<typeof Entry>

/**
 * Follows a decision from its votes over its sealing to the stored bytes and names the first link that does not hold, or
 * nothing. The Git half of the chain (commit, branch, merge) is checked where the repository is at hand.
 */
export function brokenLink(links: ChainLinks): BrokenLink | undefined {
  return brokenVote(links) ?? brokenSeal(links) ?? brokenBytes(links)
}

function brokenVote({ decision, votes, entries, requestId }: ChainLinks): BrokenLink | undefined {
  const verdict = decision.outcome === 'Approved' ? 'approve' : 'deny'
  const read = entries.flatMap((entry) => readEntry(entry) ?? [])
  // The system admits by the policy file, without a vote (decisions.md 6).
  for (const login of decision.approvers.filter((each) => each !== 'system')) {
    const cast = votes.some((vote) => vote.login === login && vote.verdict === verdict && vote.digest === decision.digest)
    if (!cast) return { step: 'vote', why: `${login} cast no vote to ${verdict} what the decision names (${short(decision.digest)}).` }
    const told = read.some(
      ({ actor, requestId: of, body }) =>
        actor === login && of === requestId && body.verdict === verdict && body.digest === decision.digest,
    )
    if (!told) return { step: 'vote', why: `the ledger knows of no such vote by ${login}.` }
  }
  return undefined
}

function brokenSeal({ decision, entries, requestId }: ChainLinks): BrokenLink | undefined {
  const entry = entries
    .map((each) => readEntry(each))
    .find((each) => each?.seq === decision.ledgerSeq && each.body.sealedDigest !== undefined)
  if (entry === undefined) return { step: 'seal', why: `the ledger holds no sound entry of the sealing at position ${decision.ledgerSeq}.` }
  const { body } = entry
  const told = [entry.requestId, body.outcome, body.digest, body.sealedDigest, body.approvers?.join()]
  const stored = [requestId, decision.outcome, decision.digest, decision.sealedDigest, decision.approvers.join()]
  const index = told.findIndex((value, at) => value !== stored[at])
  if (index >= 0)
    return { step: 'seal', why: `the ledger's entry of the sealing and the decision differ in ${SEALED_PARTS[index] ?? 'a field'}.` }
  if (!decision.approvers.includes(decision.sealedBy))
    return { step: 'seal', why: `${decision.sealedBy}, named as who sealed, is none of those who decided.` }
  return undefined
}

const SEALED_PARTS = ['request', 'outcome', 'digest', 'sealed digest', 'approvers'] as const

function brokenBytes({ decision, files }: ChainLinks): BrokenLink | undefined {
  const unreadable = files.find(({ text }) => text === null)
  if (unreadable !== undefined)
    return { step: 'stored bytes', why: `${unreadable.path} as stored is no text, so it is not what was sealed.` }
  const digest = sealedDigest(files.map(({ path, text }) => ({ path, after: text ?? undefined })))
  if (digest === decision.sealedDigest) return undefined
  return {
    step: 'stored bytes',
    why: `the stored bytes are not the bytes that were sealed (${short(digest)}, sealed ${short(decision.sealedDigest)}).`,
  }
}

/** An entry whose hash holds and whose bytes are the canonical form of what they say; else nothing. */
function readEntry({ text, leafHash: stored }: ChainEntry): Entry | undefined {
  if (text === null || leafHash(utf8ToBytes(text)) !== stored) return undefined
  try {
    const value: unknown = JSON.parse(text)
    const entry = Entry.safeParse(value)
    return entry.success && canonicalJson(value) === text ? entry.data : undefined
  } catch {
    return undefined
  }
}

const short = (digest: string): string => digest.replace(/^sha256:/, '').slice(0, 8)
