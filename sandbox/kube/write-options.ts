import { invalid, type FieldProblem } from './status-error.ts'

const KINDS: Readonly<Record<string, string>> = {
  POST: 'CreateOptions',
  PUT: 'UpdateOptions',
  PATCH: 'PatchOptions',
  DELETE: 'DeleteOptions',
}
const MANAGER_BYTES_MAX = 128

/** Refuses what the query of a write may not ask (meta.k8s.io options): 422 with the field named. */
export function checkWriteOptions(query: URLSearchParams, method: string, isApply: boolean): void {
  const problems: FieldProblem[] = []
  const dryRun = query.getAll('dryRun')
  if (dryRun.some((value) => value !== 'All' && value !== ''))
    problems.push({ type: 'NotSupported', field: 'dryRun', value: dryRun, detail: 'supported values: "All"' })
  if (method === 'PATCH' && !isApply && query.has('force'))
    problems.push({ type: 'Forbidden', field: 'force', detail: 'may not be specified for non-apply patch' })
  if (Buffer.byteLength(query.get('fieldManager') ?? '') > MANAGER_BYTES_MAX)
    problems.push({ type: 'TooLong', field: 'fieldManager', detail: `may not be more than ${MANAGER_BYTES_MAX} bytes` })
  const validation = query.get('fieldValidation') ?? ''
  if (!['', 'Ignore', 'Strict', 'Warn'].includes(validation))
    problems.push({
      type: 'NotSupported',
      field: 'fieldValidation',
      value: validation,
      detail: 'supported values: "", "Ignore", "Strict", "Warn"',
    })
  if (problems.length > 0) throw invalid({ group: 'meta.k8s.io', kind: KINDS[method] ?? 'ListOptions', name: '' }, problems)
}
