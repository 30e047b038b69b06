import { expect, test } from 'vitest'
import { type Claim, claimOf, rivalsOf, rivalText } from './rivals.ts'

const rar = (initiator: string, type: string, counterpart: string) => ({
  apiVersion: 'seam.ontai.dev/v1alpha1',
  kind: 'RelationshipAdmissionRequest',
  metadata: { name: 'x', namespace: 'seam-system' },
  spec: {
    participants: { initiator: { domainIdentityRef: { name: initiator } }, counterpart: { domainIdentityRef: { name: counterpart } } },
    interaction: { relationshipType: type, description: 'd' },
  },
})
const admission = (id: string, object: ReturnType<typeof rar>, state: Claim['state'] = 'open') =>
  claimOf({ id, kind: 'admission', name: id, state, object, files: [] })
const own = admission('own', rar('a', 'observes', 'b'))

test('the same source, type and target are rivals while one is open or approved and unmerged', () => {
  const same = admission('other', rar('a', 'observes', 'b'), 'approved')
  expect(rivalsOf(own, [own, same])).toEqual([
    { requestId: 'other', name: 'other', state: 'approved', why: 'Both are about a observes b.' },
  ])
  expect(rivalsOf(own, [same]).map(rivalText)).toEqual([
    'other (approved, not merged yet) touches the same. Both are about a observes b. Only the first that is merged can be delivered.',
  ])
})

test('another direction, another type, a closed request and a request without participants are none', () => {
  const others = [
    admission('reverse', rar('b', 'observes', 'a')),
    admission('type', rar('a', 'signs', 'b')),
    admission('denied', rar('a', 'observes', 'b'), 'denied'),
    claimOf({ id: 'bad', kind: 'admission', name: 'bad', state: 'open', object: undefined, files: [] }),
  ]
  expect(rivalsOf(own, others)).toEqual([])
})

test('two profiles that change one file are rivals, and each names it', () => {
  const profile = (id: string, files: readonly string[]) =>
    claimOf({ id, kind: 'profile', name: id, state: 'open', object: undefined, files })
  expect(rivalsOf(profile('p', ['a.yaml', 'b.yaml']), [profile('q', ['b.yaml']), profile('r', ['c.yaml'])])).toMatchObject([
    { requestId: 'q', why: 'Both change b.yaml.' },
  ])
})
