/** NUL and half surrogate pairs: PostgreSQL refuses both in text and jsonb, and RFC 8785 knows no bytes for the second. */
export const isStorable = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed()

const clean = (text: string): string => text.toWellFormed().replaceAll('\u0000', '\uFFFD')

/** The same value with every character that cannot be stored shown as U+FFFD: what others wrote is kept, never refused for one character. */
export function storable<T>(value: T): T {
  // safe: the shape stays, only characters inside strings and keys change
  return walk(value) as T
}

function walk(value: unknown): unknown {
  if (typeof value === 'string') return isStorable(value) ? value : clean(value)
  if (Array.isArray(value)) return value.map(walk)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [isStorable(key) ? key : clean(key), walk(inner)]))
}
