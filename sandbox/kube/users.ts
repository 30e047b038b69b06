import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { createCertificates, type Identity } from './certificate.ts'
import type { User } from './rbac.ts'

export type KubeUser = { readonly name: string; readonly username: string; readonly groups: readonly string[] }

const ANONYMOUS: User = { name: 'system:anonymous', groups: ['system:unauthenticated'], uid: '' }

function stored<T>(path: string, make: () => T): T {
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as T // safe: written below
  const fresh = make()
  writeFileSync(path, JSON.stringify(fresh), { mode: 0o600 })
  return fresh
}

export type Secrets = { readonly authority: string; readonly server: Identity }

/** The certificates of this server, made once per directory. */
export function loadCertificates(dir: string): Secrets {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  return stored(join(dir, 'certificates.json'), () => createCertificates(new Date()))
}

/** Tokens of the named users, made once per directory, and whom a token stands for. */
export function loadUsers(dir: string, users: readonly KubeUser[]) {
  const path = join(dir, 'tokens.json')
  const tokens: Record<string, string> = stored(path, () => ({}))
  for (const { name } of users) tokens[name] ??= randomBytes(24).toString('base64url')
  writeFileSync(path, JSON.stringify(tokens), { mode: 0o600 })
  const byToken = new Map(users.map((user) => [tokens[user.name] ?? '', userOf(user)]))
  const token = (name: string): string => {
    const found = tokens[name]
    if (found === undefined) throw new Error(`no such API user: ${name}`)
    return found
  }
  return {
    token,
    /** The user of a bearer token; null when the token is not known. No token is the anonymous user. */
    authenticate: (header: string | undefined): User | null =>
      header === undefined ? ANONYMOUS : (byToken.get(header.replace(/^Bearer\s+/i, '')) ?? null),
    byToken: (text: string): User | null => byToken.get(text) ?? null,
  }
}

export function userOf({ username, groups }: Pick<KubeUser, 'username' | 'groups'>): User {
  const [, namespace] = /^system:serviceaccount:([^:]+):/.exec(username) ?? []
  const account = namespace === undefined ? [] : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]
  return { name: username, groups: [...new Set([...groups, ...account, 'system:authenticated'])], uid: '' }
}

/** A kubeconfig with one context per user, named like the user; the first is current. */
export function kubeconfigOf(url: string, authority: string, users: readonly { readonly name: string; readonly token: string }[]): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': users[0]?.name ?? '',
    clusters: [{ name: 'sandbox', cluster: { server: url, 'certificate-authority-data': Buffer.from(authority).toString('base64') } }],
    users: users.map(({ name, token }) => ({ name, user: { token } })),
    contexts: users.map(({ name }) => ({ name, context: { cluster: 'sandbox', user: name, namespace: 'default' } })),
  })
}
