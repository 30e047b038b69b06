import type { QueueTab } from '#lib/approval/view.ts'

/** Everything that chooses a page of the inbox; it stands in the address and in the question to the server under the same names. */
export const QUEUE_FILTERS = ['state', 'risk', 'kind', 'domain', 'person', 'q'] as const
export type QueueFilter = (typeof QUEUE_FILTERS)[number]
export type QueueAddress = { readonly view: QueueTab; readonly after?: string | undefined } & {
  readonly [Filter in QueueFilter]?: string | undefined
}

const TABS = ['yours', 'others', 'decided', 'expired', 'automatic'] as const satisfies readonly QueueTab[]

/** The address as given, every part of it a single text or absent. An unknown tab is the first one. */
export function readQueueAddress(given: Readonly<Record<string, string | readonly string[] | undefined>>): QueueAddress {
  const text = (key: string): string | undefined => {
    const value = given[key]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const filters = Object.fromEntries(QUEUE_FILTERS.flatMap((key) => (text(key) === undefined ? [] : [[key, text(key)]])))
  return {
    view: TABS.find((tab) => tab === given['view']) ?? 'yours',
    ...filters,
    ...(text('after') !== undefined && { after: text('after') }),
  }
}

/** The question to the server; the same for the same address, so it also names the answer in a cache. */
export const queueQuery = (address: QueueAddress): string =>
  Object.entries(address)
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${encodeURIComponent(value)}`]))
    .join('&')

/** `?…` of the page for this address; the first tab without filters has none. */
export function queueSearch({ view, ...rest }: QueueAddress): string {
  const query = queueQuery({ view, ...rest })
  const shown = view === 'yours' ? query.replace(/^view=yours&?/, '') : query
  return shown === '' ? '' : `?${shown}`
}

/** True when something narrows the tab. */
export const isFiltered = (address: QueueAddress): boolean => QUEUE_FILTERS.some((key) => address[key] !== undefined)
