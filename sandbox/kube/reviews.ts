import { asList, asObject, asText, without, type JsonObject } from './json.ts'
import { isAllowed, rulesFor, type Attributes, type User } from './rbac.ts'
import type { Storage } from './storage.ts'

type Context = { readonly storage: Storage; readonly user: User; readonly byToken: (token: string) => User | null }

const plain = ({ name, groups, uid }: User): JsonObject => ({ username: name, groups: [...groups], ...(uid === '' ? {} : { uid }) })

function attributesOf(spec: JsonObject): Attributes {
  const resource = asObject(spec['resourceAttributes'])
  const path = asObject(spec['nonResourceAttributes'])
  return {
    verb: asText(resource['verb']) || asText(path['verb']),
    group: asText(resource['group']),
    resource: asText(resource['resource']),
    subresource: asText(resource['subresource']),
    namespace: asText(resource['namespace']),
    name: asText(resource['name']),
    path: asText(path['path']),
  }
}

const verdict = (isYes: boolean): JsonObject => (isYes ? { allowed: true, reason: 'RBAC: allowed' } : { allowed: false })

/** Answers the review kinds, which are computed and never stored; null for anything else. */
export function review({ storage, user, byToken }: Context, group: string, plural: string, body: JsonObject): JsonObject | null {
  const spec = asObject(body['spec'])
  const answer = (status: JsonObject): JsonObject => ({
    ...body,
    metadata: { ...asObject(body['metadata']), creationTimestamp: null },
    status,
  })
  switch (`${group}/${plural}`) {
    case 'authentication.k8s.io/tokenreviews': {
      const found = byToken(asText(spec['token']))
      return answer(found === null ? { user: {}, error: '[invalid bearer token]' } : { authenticated: true, user: plain(found) })
    }
    case 'authentication.k8s.io/selfsubjectreviews':
      return answer({ userInfo: plain(user) })
    case 'authorization.k8s.io/selfsubjectaccessreviews':
      return answer(verdict(isAllowed(storage, user, attributesOf(spec))))
    case 'authorization.k8s.io/subjectaccessreviews': {
      const asked: User = {
        name: asText(spec['user']),
        groups: asList(spec['groups']).map((entry) => asText(entry)),
        uid: asText(spec['uid']),
      }
      return answer(verdict(isAllowed(storage, asked, attributesOf(spec))))
    }
    case 'authorization.k8s.io/selfsubjectrulesreviews': {
      const rules = [...rulesFor(storage, user, asText(spec['namespace']))]
      const nonResourceRules = rules
        .filter((rule) => rule['nonResourceURLs'] !== undefined)
        .map(({ verbs = [], nonResourceURLs = [] }) => ({ verbs, nonResourceURLs }))
      return answer({
        resourceRules: rules.filter((rule) => rule['resources'] !== undefined).map((rule) => without(rule, 'nonResourceURLs')),
        nonResourceRules,
        incomplete: false,
      })
    }
    default:
      return null
  }
}
