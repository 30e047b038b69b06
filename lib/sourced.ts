/** An answer from one source, with its age (epoch milliseconds). `down` is not `[]`: the page must be able to say which it is. */
export type Sourced<T> =
  | { readonly state: 'fresh'; readonly value: T; readonly at: number }
  | { readonly state: 'stale'; readonly value: T; readonly at: number; readonly problem: string }
  | { readonly state: 'down'; readonly problem: string }

/** What several answers say together: as old as the oldest of them, and nothing while one of them is `down`. */
export function combined<T, R>(answers: readonly Sourced<T>[], combine: (values: readonly T[]) => R): Sourced<R> {
  const values: T[] = []
  let at = Number.POSITIVE_INFINITY
  let problem: string | undefined
  for (const answer of answers) {
    if (answer.state === 'down') return answer
    values.push(answer.value)
    at = Math.min(at, answer.at)
    if (answer.state === 'stale') problem ??= answer.problem
  }
  const value = combine(values)
  return problem === undefined ? { state: 'fresh', value, at } : { state: 'stale', value, at, problem }
}

/** The age of one source as a page head shows it. `at` is the epoch millisecond of its last good answer. */
export type SourceAge = {
  readonly source: 'Kubernetes' | 'Guardian' | 'DSNS' | 'Git' | 'Audit' | 'Database'
  /** Which one, where several clusters are read. */
  readonly cluster?: string
  readonly state: 'fresh' | 'stale' | 'down' | 'off'
  readonly at: number | undefined
  readonly problem: string | undefined
}
