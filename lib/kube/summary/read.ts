const TEXT_MAX = 200
const LISTED_MAX = 5

/** Whatever stands at a path of plain keys; undefined where anything on the way is absent or of another type. */
export function at(value: unknown, path: string): unknown {
  let here = value
  for (const key of path.split('.')) {
    if (typeof here !== 'object' || here === null || Array.isArray(here) || !Object.hasOwn(here, key)) return undefined
    here = Reflect.get(here, key)
  }
  return here
}

/** The first of several paths that holds something: fields were renamed over time (conflicts.md G2). */
export function firstAt(value: unknown, paths: string): unknown {
  for (const path of paths.split('|')) {
    const found = at(value, path)
    if (found !== undefined && found !== null && found !== '') return found
  }
  return undefined
}

export const textAt = (value: unknown, paths: string): string | undefined => {
  const found = firstAt(value, paths)
  return typeof found === 'string' ? found : undefined
}

const cut = (text: string): string => (text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX).toWellFormed()}…`)

/** A value in a few words: scalars as they are, a reference by its name, lists by their first entries or their number. */
export function inWords(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : cut(value)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return listInWords(value)
  if (typeof value !== 'object' || value === null) return undefined
  const [name, namespace] = [at(value, 'name'), at(value, 'namespace')]
  if (typeof name !== 'string' || name === '') return undefined
  return cut(typeof namespace === 'string' && namespace !== '' ? `${namespace}/${name}` : name)
}

function listInWords(list: readonly unknown[]): string {
  if (list.length === 0) return 'none'
  const words = list.slice(0, LISTED_MAX).map(inWords)
  if (!words.every((word) => word !== undefined)) return String(list.length)
  return cut(words.join(', ') + (list.length > LISTED_MAX ? ` and ${list.length - LISTED_MAX} more` : ''))
}

/** How many entries a list or a map has. */
export const countIn = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null ? String(Object.keys(value).length) : undefined
