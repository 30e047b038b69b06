import { describe, expect, it } from 'vitest'
import { contributorsOf } from '#lib/approval/contributors.ts'
import { PolicyFile } from '#lib/policy/policy.ts'

const policy = PolicyFile.parse({
  schema: 'vortex-policy/1',
  people: { maria: { emails: ['maria@x.example'] }, amir: { emails: ['amir@x.example', 'amir@home.example'] } },
})
const signed = (email: string) => ({ name: email.split('@')[0] ?? '', email })
const commit = (author: string, committer = author) => ({ commit: 'abcdef1234', author: signed(author), committer: signed(committer) })
const of = (change: Partial<Parameters<typeof contributorsOf>[1]>) =>
  contributorsOf(policy, { requestedBy: 'james', commits: [], managers: [], editors: [], ...change }).map(
    (one) => one.login ?? `? ${one.name}`,
  )

describe('who contributed', () => {
  it.each<[string, Partial<Parameters<typeof contributorsOf>[1]>, readonly string[]]>([
    ['the requester always', {}, ['james']],
    [
      'author and committer of each commit, by any of their addresses',
      { commits: [commit('maria@x.example', 'amir@home.example')] },
      ['james', 'maria', 'amir'],
    ],
    ['an address that nobody owns, as a name to be mapped', { commits: [commit('bot@ci.example')] }, ['james', '? bot <bot@ci.example>']],
    ['a field manager that names a person', { managers: ['kubectl-edit', 'gitops', 'maria'] }, ['james', 'maria']],
    ['a field manager that names a principal', { managers: ['oidc:Priya.Nair'] }, ['james', 'priya.nair']],
    ['editors of the draft', { editors: ['amir'] }, ['james', 'amir']],
    [
      'each of them once',
      { requestedBy: 'maria', commits: [commit('maria@x.example')], managers: ['maria'], editors: ['maria'] },
      ['maria'],
    ],
    ['nobody by a name that every object has', { managers: ['constructor', 'toString', ''] }, ['james']],
  ])('%s', (_sentence, change, expected) => {
    expect(of(change)).toEqual(expected)
  })
})
