import { asObject, asText, equal, isObject, type Json, type JsonObject } from './json.ts'
import { StatusError } from './status-error.ts'

// Kubernetes does not say which step failed.
const unprocessable = (): StatusError =>
  new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {})
const steps = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))

type Change = (held: Json | undefined) => Json | undefined

/** The document with the value at a pointer changed; `undefined` removes it. `inserts` makes room in a list. */
function changeAt(value: Json | undefined, [head, ...rest]: readonly string[], change: Change, inserts: boolean): Json | undefined {
  if (head === undefined) return change(value)
  if (Array.isArray(value)) {
    const at = head === '-' ? value.length : Number(head)
    if (!Number.isInteger(at) || at > value.length || (!inserts && at >= value.length)) throw unprocessable()
    const changed = changeAt(inserts && rest.length === 0 ? undefined : value[at], rest, change, inserts)
    const size = inserts && rest.length === 0 ? 0 : 1
    return value.toSpliced(at, size, ...(changed === undefined ? [] : [changed]))
  }
  if (!isObject(value)) throw unprocessable()
  const changed = changeAt(value[head], rest, change, inserts)
  const { [head]: _old, ...others } = value
  return changed === undefined ? others : { ...value, [head]: changed }
}

function read(document: Json, pointer: string): Json {
  let at: Json | undefined = document
  for (const step of steps(pointer)) at = Array.isArray(at) ? at[Number(step)] : asObject(at)[step]
  if (at === undefined) throw unprocessable()
  return at
}

function applyStep(document: Json, step: JsonObject): Json {
  const { path, value = null } = step
  const [op, from] = [asText(step['op']), asText(step['from'])]
  if (typeof path !== 'string') throw unprocessable()
  const put = (next: Json, inserts: boolean): Json => changeAt(document, steps(path), () => next, inserts) ?? null
  const removeAt = (target: Json, pointer: string): Json => (
    read(target, pointer),
    changeAt(target, steps(pointer), () => undefined, false) ?? null
  )
  switch (op) {
    case 'add':
      return put(value, true)
    case 'replace':
      read(document, path)
      return put(value, false)
    case 'remove':
      return removeAt(document, path)
    case 'test':
      if (!equal(read(document, path), value)) throw unprocessable()
      return document
    case 'copy':
      return put(read(document, from), true)
    case 'move': {
      const moved = read(document, from)
      return changeAt(removeAt(document, from), steps(path), () => moved, true) ?? null
    }
    default:
      throw unprocessable()
  }
}

/** JSON patch (RFC 6902). Throws 422 when a test fails or a path does not exist. */
export function jsonPatch(before: JsonObject, patch: readonly Json[]): JsonObject {
  return asObject(patch.map(asObject).reduce<Json>(applyStep, before))
}
