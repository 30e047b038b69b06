import type { IncomingMessage } from 'node:http'
import { forbidden, isAllowed, type Attributes, type User } from './rbac.ts'
import type { Storage } from './storage.ts'
import { userOf } from './users.ts'

const asking = (resource: string, name: string, namespace = ''): Attributes => ({
  verb: 'impersonate',
  group: '',
  resource,
  subresource: '',
  namespace,
  name,
  path: '',
})

/** The user that a request acts as (`kubectl --as`). Throws 403 when the caller may not impersonate that user or group. */
export function impersonated(storage: Storage, caller: User, request: IncomingMessage): User {
  const username = request.headers['impersonate-user']
  if (typeof username !== 'string' || username === '') return caller
  const groups = String(request.headers['impersonate-group'] ?? '')
    .split(',')
    .map((group) => group.trim())
    .filter((group) => group !== '')
  const [, namespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(username) ?? []
  const asked = [
    account === undefined ? asking('users', username) : asking('serviceaccounts', account, namespace),
    ...groups.map((group) => asking('groups', group)),
  ]
  for (const attributes of asked) if (!isAllowed(storage, caller, attributes)) throw forbidden(caller, attributes)
  return userOf({ username, groups })
}
