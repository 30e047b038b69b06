const LISTS = ['evidence', 'binding', 'kind', 'tone', 'domain'] as const
export type ListFilter = (typeof LISTS)[number]
export const FILTERS = [...LISTS, 'q'] as const

/** The part of the address that changes what is drawn, in a fixed order: the key of the query. */
export function graphQuery(search: URLSearchParams): string {
  const query = new URLSearchParams()
  for (const key of ['focus', 'hops', ...FILTERS]) {
    const value = search.get(key)
    if (value) query.set(key, value)
  }
  return query.toString()
}

/** Domain names stand as they are; the empty one, for what belongs to no domain, as `-`. */
export const listOf = (search: URLSearchParams, key: ListFilter): readonly string[] => search.get(key)?.split(',').filter(Boolean) ?? []

/** Adds a word to a list in the address, or takes it out again. */
export function toggled(list: readonly string[], word: string): string | undefined {
  const next = list.includes(word) ? list.filter((one) => one !== word) : [...list, word]
  return next.length === 0 ? undefined : next.join(',')
}
