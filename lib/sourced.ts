/** An answer from one source, with its age (epoch milliseconds). `down` is not `[]`: the page must be able to say which it is. */
export type Sourced<T> =
  | { readonly state: 'fresh'; readonly value: T; readonly at: number }
  | { readonly state: 'stale'; readonly value: T; readonly at: number; readonly problem: string }
  | { readonly state: 'down'; readonly problem: string }

/** The age of one source as a page head shows it. `at` is the epoch millisecond of its last good answer. */
export type SourceAge = {
  readonly source: 'Kubernetes' | 'Guardian' | 'DSNS' | 'Git' | 'Audit' | 'Database'
  readonly state: 'fresh' | 'stale' | 'down' | 'off'
  readonly at: number | undefined
  readonly problem: string | undefined
}
