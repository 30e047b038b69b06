import { isRecord } from '#lib/is-record.ts'

/** One field that changed. An absent side means that the field was, or is, absent there; `null` is a value. */
export type RecordedField = { readonly path: string; readonly from?: unknown; readonly to?: unknown }

type Tree = Readonly<Record<string, unknown>>

/** How deep two values are compared field by field; below, a difference is one field. */
const DEPTH_MAX = 64

/**
 * The fields in which two objects differ. Elements of a list are told apart by `name` or `type` where all have one of their own, else
 * by place; where such elements stand in another order, that is a field too. No field means that both say the same.
 */
export function diffFields(before: unknown, after: unknown): readonly RecordedField[] {
  const fields: RecordedField[] = []
  compare('', before, after, fields, 0)
  return fields
}

function compare(path: string, from: unknown, to: unknown, fields: RecordedField[], depth: number): void {
  if (from === to) return
  // What comes or goes as a whole is told field by field as well, so that each field's own history can be read.
  if (from === undefined && isFilled(to)) return compare(path, Array.isArray(to) ? [] : {}, to, fields, depth)
  if (to === undefined && isFilled(from)) return compare(path, from, Array.isArray(from) ? [] : {}, fields, depth)
  if (depth < DEPTH_MAX && isRecord(from) && isRecord(to)) return compareTrees(path, from, to, fields, depth)
  if (depth < DEPTH_MAX && Array.isArray(from) && Array.isArray(to)) return compareLists(path, from, to, fields, depth)
  if (depth >= DEPTH_MAX && JSON.stringify(from) === JSON.stringify(to)) return
  fields.push({ path, ...(from !== undefined && { from }), ...(to !== undefined && { to }) })
}

function compareTrees(path: string, from: Tree, to: Tree, fields: RecordedField[], depth: number): void {
  const valueOf = (tree: Tree, key: string): unknown => (Object.hasOwn(tree, key) ? tree[key] : undefined)
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)]))
    compare(join(path, key), valueOf(from, key), valueOf(to, key), fields, depth + 1)
}

function compareLists(path: string, from: readonly unknown[], to: readonly unknown[], fields: RecordedField[], depth: number): void {
  const [one, two] = [named(from), named(to)]
  if (one === undefined || two === undefined) {
    for (let at = 0; at < Math.max(from.length, to.length); at += 1) compare(`${path}[${at}]`, from[at], to[at], fields, depth + 1)
    return
  }
  for (const key of new Set([...one.keys(), ...two.keys()])) compare(`${path}[${key}]`, one.get(key), two.get(key), fields, depth + 1)
  const [order, expected] = [[...two.keys()], [...kept(one, two), ...kept(two, two).filter((key) => !one.has(key))]]
  if (order.some((key, at) => key !== expected[at])) fields.push({ path: `${path}[order]`, from: [...one.keys()], to: order })
}

const kept = (of: ReadonlyMap<string, unknown>, there: ReadonlyMap<string, unknown>): readonly string[] =>
  [...of.keys()].filter((key) => there.has(key))

/** Elements by their own names; undefined where one has none or two share one. */
function named(list: readonly unknown[]): ReadonlyMap<string, unknown> | undefined {
  const byName = new Map(
    list.flatMap((each): [string, unknown][] => (isRecord(each) && nameOf(each) !== undefined ? [[nameOf(each) ?? '', each]] : [])),
  )
  return byName.size === list.length ? byName : undefined
}

const nameOf = (tree: Tree): string | undefined =>
  [tree['name'], tree['type'], tree['id']].find((value): value is string => typeof value === 'string' && value !== '')

const isFilled = (value: unknown): boolean => typeof value === 'object' && value !== null && Object.keys(value).length > 0

const join = (path: string, key: string): string => {
  const plain = /^[\w-]+$/.test(key) ? key : JSON.stringify(key)
  return path === '' ? plain : `${path}.${plain}`
}
