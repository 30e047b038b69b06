/** What a change request is about (decisions.md 1). */
export type RequestKind = 'admission' | 'profile' | 'policy'

/** Open until sealed; the other three are final (product.md: final states are final). */
export type RequestState = 'open' | 'approved' | 'denied' | 'withdrawn'

export type Verdict = 'approve' | 'deny'

/** A vote counts until its author withdraws it or its meaning changes under it. */
export type VoteState = 'counted' | 'withdrawn' | 'lapsed' | 'replaced'
