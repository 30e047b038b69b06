import 'server-only'
import { AppError } from '#lib/error.ts'
import { conditionsOf, type KubeObject } from '#lib/kube/object.ts'
import { healthReading } from '#lib/kube/summary.ts'
import { HEALTHS } from '#lib/kube/summary/health.ts'

/** An object that a filter let through; `cells` only where the viewer may read them. */
export type Candidate = { readonly object: KubeObject; readonly cells: readonly (string | undefined)[] | undefined }

type Wanted = { readonly type: string; readonly not: boolean; readonly status: string }

/** Reads `Ready=False`, `Ready!=True`, `Ready` (True) or `Ready=absent`: absent is not evaluated yet, not False (kinds.md 2.1). */
export function parseCondition(text: string): Wanted {
  const found = /^([A-Za-z][\w./-]*)(?:\s*(!?=)\s*(true|false|unknown|absent))?$/i.exec(text)
  if (found === null) {
    const message = `“${text}” is no condition. Write Ready=False, Ready!=True or Ready=absent.`
    throw new AppError('invalid', message, { fields: [{ field: 'condition', message }] })
  }
  const [, type = '', how, status = 'true'] = found
  return { type: type.toLowerCase(), not: how === '!=', status: status.toLowerCase() }
}

export function meetsCondition(object: KubeObject, { type, not, status }: Wanted): boolean {
  const condition = conditionsOf(object).find((each) => String(each.type).toLowerCase() === type)
  const now = condition === undefined ? 'absent' : String(condition.status).toLowerCase()
  return (now === status) !== not
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const byName = ({ object: a }: Candidate, { object: b }: Candidate): number =>
  compare(a.metadata.name, b.metadata.name) || compare(a.metadata.namespace ?? '', b.metadata.namespace ?? '')

/** In the order asked for, then by name. What the viewer may not read and what is empty stand last, by name, whichever way round. */
export function ordered(found: readonly Candidate[], sort = 'name'): readonly Candidate[] {
  const down = sort.startsWith('-')
  const key = down ? sort.slice(1) : sort
  const turned = down ? -1 : 1
  const column = /^c(\d)$/.exec(key)?.[1]
  if (column !== undefined)
    return found.toSorted((a, b) => byCell(a.cells?.[Number(column)], b.cells?.[Number(column)], turned) || byName(a, b))
  const first = (a: Candidate, b: Candidate): number => {
    if (key === 'namespace') return compare(a.object.metadata.namespace ?? '', b.object.metadata.namespace ?? '')
    if (key === 'age') return compare(b.object.metadata.creationTimestamp ?? '', a.object.metadata.creationTimestamp ?? '')
    if (key === 'health') return HEALTHS.indexOf(healthReading(a.object).health) - HEALTHS.indexOf(healthReading(b.object).health)
    return byName(a, b)
  }
  return found.toSorted((a, b) => turned * first(a, b) || byName(a, b))
}

function byCell(a: string | undefined, b: string | undefined, turned: number): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  const [x, y] = [Number(a), Number(b)]
  return turned * (Number.isNaN(x) || Number.isNaN(y) ? compare(a, b) : x - y)
}
