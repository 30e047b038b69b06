/** The state of a table stands in its address. */
export const RESOURCE_PARAMS = ['cluster', 'namespace', 'label', 'health', 'condition', 'q', 'sort', 'page'] as const
export type ResourceParam = (typeof RESOURCE_PARAMS)[number]
export type ResourceAddress = Readonly<Partial<Record<ResourceParam, string>>>

/** What an address asks for; anything else in it is ignored. */
export function resourceAddress(given: Readonly<Record<string, string | readonly string[] | undefined>>): ResourceAddress {
  return Object.fromEntries(
    RESOURCE_PARAMS.flatMap((key) => {
      const value = given[key]
      return typeof value === 'string' && value !== '' ? [[key, value]] : []
    }),
  )
}

/** The same of the parameters as the browser gives them: one that stands there twice says nothing, as on the server. */
export function addressOf(given: Iterable<readonly [string, string]>): ResourceAddress {
  const found = new Map<string, string | readonly string[]>()
  for (const [key, value] of given) found.set(key, found.has(key) ? [] : value)
  return resourceAddress(Object.fromEntries(found))
}

/** What the data route is asked for the table at this address. The same address is always the same text. */
export function resourceQuestion(kind: { readonly group: string; readonly kind: string }, address: ResourceAddress): string {
  const asked = { group: kind.group, kind: kind.kind, ...address }
  return Object.entries(asked)
    .map(([name, each]) => `${name}=${encodeURIComponent(each)}`)
    .toSorted()
    .join('&')
}

/** The address with one thing changed; whatever changes, reading begins at the first page again. */
export function withParam(address: ResourceAddress, key: ResourceParam, value: string): string {
  const { page: _, [key]: __, ...rest } = address
  const all = Object.entries<string>(value === '' ? rest : { ...rest, [key]: value })
  return `?${all.map(([name, each]) => `${name}=${encodeURIComponent(each)}`).join('&')}`
}
