import 'server-only'
import { AppError } from '#lib/error.ts'
import { conditionsOf, type KubeObject } from '#lib/kube/object.ts'

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
