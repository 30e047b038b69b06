/** One step of a path: a key, a place in a list, every entry, or the entries whose field equals a text. */
type Step =
  | { readonly by: 'key'; readonly key: string }
  | { readonly by: 'index'; readonly index: number }
  | { readonly by: 'all' }
  | { readonly by: 'where'; readonly field: JsonPath | undefined; readonly equals: string }

export type JsonPath = readonly Step[]

/** In this order: `.key` with escaped dots, `['key']`, `[3]`, `[*]`, `[?(@.field=="text")]`. */
const STEP =
  /\.((?:\\.|[^.[\]\\])+)|\[(?:'([^']*)'|"([^"]*)")\]|\[(-?\d+)\]|\[(\*)\]|\[\?\(\s*@\.([\w.-]+)\s*==\s*(?:"([^"]*)"|'([^']*)')\s*\)\]/y

/** The simple JSONPaths of printer columns. Undefined for a path that this does not read: its column stays empty and says so. */
export function parseJsonPath(text: string): JsonPath | undefined {
  const path = text
    .trim()
    .replace(/^\{(.*)\}$/s, '$1')
    .replace(/^\$/, '')
  const source = path.startsWith('.') || path.startsWith('[') ? path : `.${path}`
  const found: RegExpExecArray[] = []
  STEP.lastIndex = 0
  while (STEP.lastIndex < source.length) {
    const step = STEP.exec(source)
    if (step === null) return undefined
    found.push(step)
  }
  // Afterwards: a step may hold a path of its own.
  return found.length === 0 ? undefined : found.map(stepOf)
}

function stepOf([, key, single, double, index, all, field, one, two]: RegExpExecArray): Step {
  if (key !== undefined) return key === '*' ? { by: 'all' } : { by: 'key', key: key.replace(/\\(.)/g, '$1') }
  const quoted = single ?? double
  if (quoted !== undefined) return { by: 'key', key: quoted }
  if (index !== undefined) return { by: 'index', index: Number(index) }
  if (all !== undefined) return { by: 'all' }
  return { by: 'where', field: parseJsonPath(field ?? ''), equals: one ?? two ?? '' }
}

/** Everything that the path finds, in order. */
export function readJsonPath(path: JsonPath, value: unknown): readonly unknown[] {
  return path.reduce<readonly unknown[]>((found, step) => found.flatMap((each) => taken(step, each)), [value])
}

function taken(step: Step, value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return []
  if (step.by === 'key') return !Array.isArray(value) && Object.hasOwn(value, step.key) ? [Reflect.get(value, step.key)] : []
  const entries: readonly unknown[] = Array.isArray(value) ? value : step.by === 'all' ? Object.values(value) : []
  if (step.by === 'all') return entries
  if (step.by === 'index') return entries.slice(step.index).slice(0, 1)
  const { field } = step
  return field === undefined ? [] : entries.filter((entry) => readJsonPath(field, entry).some((at) => String(at) === step.equals))
}
