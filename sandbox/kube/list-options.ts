import { badRequest, invalid, type FieldProblem } from './status-error.ts'

const forbid = (field: string, detail: string): FieldProblem => ({ type: 'Forbidden', field, detail })
const unsupported = (value: string, supported: readonly string[]): FieldProblem => ({
  type: 'NotSupported',
  field: 'resourceVersionMatch',
  value,
  detail: `supported values: ${supported.map((each) => JSON.stringify(each)).join(', ')}`,
})

function listProblems(query: URLSearchParams): FieldProblem[] {
  const match = query.get('resourceVersionMatch') ?? ''
  const version = query.get('resourceVersion') ?? ''
  const problems: FieldProblem[] = []
  if (match !== '') {
    if (version === '')
      problems.push(forbid('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided'))
    if ((query.get('continue') ?? '') !== '')
      problems.push(forbid('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'))
    if (match !== 'Exact' && match !== 'NotOlderThan') problems.push(unsupported(match, ['Exact', 'NotOlderThan', '']))
    if (match === 'Exact' && version === '0')
      problems.push(forbid('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'))
  }
  if (query.has('sendInitialEvents')) problems.push(forbid('sendInitialEvents', 'sendInitialEvents is forbidden for list'))
  return problems
}

function watchProblems(query: URLSearchParams): FieldProblem[] {
  const match = query.get('resourceVersionMatch') ?? ''
  const problems: FieldProblem[] = []
  if (query.has('sendInitialEvents') && match !== 'NotOlderThan')
    problems.push(forbid('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'))
  if (match !== '' && !query.has('sendInitialEvents'))
    problems.push(forbid('resourceVersionMatch', 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'))
  if (match !== '' && match !== 'NotOlderThan') problems.push(unsupported(match, ['NotOlderThan']))
  return problems
}

/** Refuses what a list or a watch may not ask (apimachinery, ValidateListOptions): 400 for what is no number, else 422. */
export function checkListOptions(query: URLSearchParams, isWatch: boolean): void {
  const limit = query.get('limit') ?? ''
  if (limit !== '' && !/^[-+]?\d+$/.test(limit)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(limit)}: invalid syntax`)
  const problems = isWatch ? watchProblems(query) : listProblems(query)
  if (problems.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions', name: '' }, problems)
  const version = query.get('resourceVersion') ?? ''
  if (!isWatch && !/^\d*$/.test(version)) throw badRequest(`invalid resource version: ${versionWords(version)}`)
}

export const versionWords = (version: string): string =>
  `resourceVersion: Invalid value: ${JSON.stringify(version)}: strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`
