import type { PermissionGraph, Rule } from './permission-graph.ts'

type Asked = Readonly<Record<string, unknown>>
export type Method = 'CheckPermission' | 'ListPermissions' | 'WhoCanDo' | 'ExplainDecision'

const NOT_YET = 'EPG not yet computed — no authorization decision available'

/** Answers of the PermissionService as `guardian.md` 1.1 to 1.3 give them; `graph` is undefined until it was first computed. */
export const ANSWERS = {
  CheckPermission(graph, asked) {
    if (graph === undefined) return { allowed: false, reason: NOT_YET }
    const [principal, cluster, group, resource, verb] = fields(asked)
    const name = read(asked, 'resourceName')
    const rule = rulesFor(graph, cluster, principal).find((one) => matches(one, group, resource, verb, name))
    if (rule !== undefined) return { allowed: true, reason: 'allowed by effective rule' }
    return {
      allowed: false,
      reason: `no effective rule grants ${verb} ${group}/${resource} to principal "${principal}" on cluster "${cluster}"`,
    }
  },
  ListPermissions(graph, asked) {
    return { rules: graph === undefined ? [] : rulesFor(graph, read(asked, 'cluster'), read(asked, 'principal')) }
  },
  WhoCanDo(graph, asked) {
    const [, cluster, group, resource, verb] = fields(asked)
    const principals = [...(graph?.get(cluster) ?? [])].flatMap(([principal, rules]) =>
      rules.filter((rule) => matches(rule, group, resource, verb, '')).map(() => principal),
    )
    return { principals }
  },
  ExplainDecision(graph, asked) {
    if (graph === undefined) return { allowed: false, reason: NOT_YET }
    const [principal, cluster, group, resource, verb] = fields(asked)
    const rule = rulesFor(graph, cluster, principal).find((one) => matches(one, group, resource, verb, ''))
    if (rule === undefined) {
      const reason = `denied: principal "${principal}" has no effective rule granting ${verb} ${group}/${resource} on cluster "${cluster}"`
      return { allowed: false, reason }
    }
    const reason = `allowed: matched effective rule granting verbs [${rule.verbs.join(' ')}] on ${group}/${resource}`
    return { allowed: true, reason, matchedRule: rule }
  },
} satisfies Record<Method, (graph: PermissionGraph | undefined, asked: Asked) => object>

const rulesFor = (graph: PermissionGraph, cluster: string, principal: string): readonly Rule[] => graph.get(cluster)?.get(principal) ?? []

/** A request without a name matches a rule limited to names too: that is Guardian's rule, and why names must always be sent. */
const matches = (rule: Rule, group: string, resource: string, verb: string, name: string): boolean =>
  rule.apiGroup === group &&
  rule.resource === resource &&
  rule.verbs.includes(verb) &&
  (name === '' || rule.resourceNames === undefined || rule.resourceNames.includes(name))

const read = (asked: Asked, key: string): string => {
  const value = asked[key]
  return typeof value === 'string' ? value : ''
}

const fields = (asked: Asked): [string, string, string, string, string] => [
  read(asked, 'principal'),
  read(asked, 'cluster'),
  read(asked, 'apiGroup'),
  read(asked, 'resource'),
  read(asked, 'verb'),
]
