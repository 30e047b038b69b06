/** Longest single text that a page carries, in UTF-16 units: a few screens of any document, a bounded number of bytes on the wire. */
export const SHOWN_MAX = 65_536

/** The text, or its beginning with words that say how much is not shown. What is signed and committed is never cut. */
export function bounded(text: string, max = SHOWN_MAX): string {
  if (text.length <= max) return text
  const cut = text.slice(0, max).toWellFormed()
  return `${cut}\n… ${(text.length - max).toLocaleString('en')} more characters are not shown here. The whole text is in the repository or the cluster, and it is what the digest covers.`
}

/** The same view with every over-long text cut in words, so that one huge object cannot make a page unusable. */
export function boundedView<T>(view: T): T {
  // safe: the shape stays, only long strings change
  return walk(view) as T
}

function walk(value: unknown): unknown {
  if (typeof value === 'string') return bounded(value)
  if (Array.isArray(value)) return value.map(walk)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]))
}
