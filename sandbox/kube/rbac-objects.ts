import { asList, asObject, asText, equal, type JsonObject } from './json.ts'
import type { FieldProblem } from './status-error.ts'

type Admitted = { readonly object: JsonObject; readonly problems: readonly FieldProblem[] }

/** Rules name verbs, and either resources with groups or non-resource URLs. */
export function admitRole(object: JsonObject): Admitted {
  const problems = asList(object['rules'])
    .map(asObject)
    .flatMap((rule, i): FieldProblem[] => {
      const at = `rules[${i}]`
      if (asList(rule['verbs']).length === 0)
        return [{ type: 'Required', field: `${at}.verbs`, detail: 'verbs must contain at least one value' }]
      if (asList(rule['nonResourceURLs']).length > 0) return []
      if (asList(rule['apiGroups']).length === 0)
        return [{ type: 'Required', field: `${at}.apiGroups`, detail: 'resource rules must supply at least one api group' }]
      if (asList(rule['resources']).length === 0)
        return [{ type: 'Required', field: `${at}.resources`, detail: 'resource rules must supply at least one resource' }]
      return []
    })
  return { object, problems }
}

/** A binding keeps its role for life. */
export function admitRoleBinding(object: JsonObject, before: JsonObject | null): Admitted {
  const problems: FieldProblem[] = []
  const { roleRef } = object
  if (before !== null && !equal(roleRef, before['roleRef']))
    problems.push({ type: 'Invalid', field: 'roleRef', value: roleRef, detail: 'cannot change roleRef' })
  const kind = asText(asObject(roleRef)['kind'])
  const allowed = object['kind'] === 'RoleBinding' ? ['Role', 'ClusterRole'] : ['ClusterRole']
  if (kind !== '' && !allowed.includes(kind))
    problems.push({
      type: 'NotSupported',
      field: 'roleRef.kind',
      value: kind,
      detail: `supported values: ${allowed.map((name) => `"${name}"`).join(', ')}`,
    })
  const subjects = asList(object['subjects'])
    .map(asObject)
    .map((subject) =>
      subject['apiGroup'] === undefined && subject['kind'] !== 'ServiceAccount'
        ? { ...subject, apiGroup: 'rbac.authorization.k8s.io' }
        : subject,
    )
  return { object: subjects.length > 0 ? { ...object, subjects } : object, problems }
}
