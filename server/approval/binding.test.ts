import { expect, test } from 'vitest'
import type { Concept } from '#lib/kube/concept.ts'
import type { Sourced } from '#lib/sourced.ts'
import { bindingAges } from '#server/approval/binding.ts'
import { declaredState } from '#server/approval/sources.ts'

const NOW = 1_000_000
type Answer = Sourced<readonly never[]>
const fresh = (at: number): Answer => ({ state: 'fresh', value: [], at })

function world(odd: Partial<Record<Concept, Answer>>, gitAt: number | 'never' = NOW) {
  return {
    kube: { list: (concept: Concept) => odd[concept] ?? fresh(NOW - 1_000) },
    git: { age: () => ({ source: 'Git', state: 'fresh', at: gitAt === 'never' ? undefined : gitAt, problem: undefined }) },
    now: new Date(NOW),
  } as unknown as Parameters<typeof declaredState>[0] // safe: only what is asked here
}

test('the oldest answer of what the rules read counts, and no other kind does', () => {
  const ages = bindingAges(world({ appPolicy: fresh(NOW - 60_000), rar: { state: 'down', problem: 'cut' } }))
  expect(ages).toMatchObject([
    { source: 'Kubernetes', at: NOW - 60_000, limit: 90_000, problem: undefined },
    { source: 'Git', at: NOW, limit: 120_000, problem: undefined },
  ])
})

test.each<[string, Partial<Record<Concept, Answer>>, number | 'never']>([
  ['a kind is stale', { domainPolicy: { state: 'stale', value: [], at: NOW - 1_000, problem: 'the connection was cut' } }, NOW],
  ['a kind was never listed', { appIdentity: { state: 'down', problem: 'not listed yet' } }, NOW],
  ['the repository was never read', {}, 'never'],
])('what closes deciding on the server closes it on the page: %s', (_, odd, gitAt) => {
  const given = world(odd, gitAt)
  expect(declaredState(given).problems).not.toEqual([])
  expect(bindingAges(given).filter(({ problem }) => problem !== undefined)).toHaveLength(1)
})
