/** What a change request is about (decisions.md 1). `undo` takes back an approved admission or profile; a policy file is taken back by a `policy` request. */
export type RequestKind = 'admission' | 'profile' | 'policy' | 'undo'

/** Open until sealed, withdrawn or past its decide-by; every other state is final (product.md: final states are final). */
export type RequestState = 'open' | 'approved' | 'denied' | 'withdrawn' | 'expired'

export type Verdict = 'approve' | 'deny'

/** A vote counts until its author withdraws it or its meaning changes under it. */
export type VoteState = 'counted' | 'withdrawn' | 'lapsed' | 'replaced'

/** A request that another one speaks of. */
export type Linked = { readonly id: string; readonly name: string; readonly state: RequestState }
