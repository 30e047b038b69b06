/** What a change request is about (decisions.md 1). */
export type RequestKind = 'admission' | 'profile' | 'policy'

/** Open until sealed, withdrawn or past its decide-by; every other state is final (product.md: final states are final). */
export type RequestState = 'open' | 'approved' | 'denied' | 'withdrawn' | 'expired'

export type Verdict = 'approve' | 'deny'

/** A vote counts until its author withdraws it or its meaning changes under it. */
export type VoteState = 'counted' | 'withdrawn' | 'lapsed' | 'replaced'
