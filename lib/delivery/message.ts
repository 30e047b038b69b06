import type { RequestKind } from '#lib/approval/request.ts'

/** What a proposal's commit says about itself; the rationale stays in the GovernanceEvent (relationships.md 8.1). */
export type Proposal = {
  readonly requestId: string
  readonly kind: RequestKind
  readonly name: string
  readonly outcome: 'Approved' | 'Rejected'
  readonly digest: string
  readonly sealedDigest: string
  readonly ledgerSeq: number
  /** `Name <email>` of everybody whose vote counted for the outcome. */
  readonly deciders: readonly string[]
}

const VERB = {
  admission: { Approved: 'Admit', Rejected: 'Reject' },
  profile: { Approved: 'Accept profile', Rejected: 'Reject profile' },
  policy: { Approved: 'Change policy:', Rejected: 'Reject policy change:' },
  undo: { Approved: 'Undo', Rejected: 'Reject undoing' },
} as const satisfies Record<RequestKind, Record<Proposal['outcome'], string>>

/** Trailers by which anyone can find the decision that a commit carries. */
export const trailersOf = (proposal: Proposal): readonly string[] => [
  `Vortex-Request: ${proposal.requestId}`,
  `Vortex-Digest: ${proposal.digest}`,
  `Vortex-Sealed: ${proposal.sealedDigest}`,
  `Vortex-Ledger: ${proposal.ledgerSeq}`,
  ...proposal.deciders.map((decider) => `${proposal.outcome === 'Approved' ? 'Approved-by' : 'Denied-by'}: ${oneLine(decider)}`),
]

export const proposalMessage = (proposal: Proposal): string =>
  `${subjectOf(proposal)}\n\nDecided in Vortex. The bytes below are the bytes that were sealed.\n\n${trailersOf(proposal).join('\n')}\n`

export const mergeMessage = (proposal: Proposal, branch: string, requestedBy: string): string =>
  `Merge ${branch}\n\n${subjectOf(proposal)}.\n\n${[...trailersOf(proposal), `Merge-requested-by: ${oneLine(requestedBy)}`].join('\n')}\n`

const subjectOf = (proposal: Proposal): string => `${VERB[proposal.kind][proposal.outcome]} ${oneLine(proposal.name)}`

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()
