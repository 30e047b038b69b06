import { expect, test } from 'vitest'
import type { ServedKind } from '#lib/kube/concept.ts'
import { chooseFollowed, kindName } from '#server/adapter/kube/followed.ts'

const kind = (group: string, name: string): ServedKind => ({
  group,
  version: 'v1',
  kind: name,
  plural: `${name.toLowerCase()}s`,
  namespaced: true,
})
const OURS = [kind('', 'ConfigMap'), kind('apiextensions.k8s.io', 'CustomResourceDefinition'), kind('seam.ontai.dev', 'TalosCluster')]
const STRANGERS = ['E', 'D', 'C', 'B', 'A'].map((name) => kind('example.org', name))
const NEW = { asked: [], isRecent: () => true, isFollowed: () => false }
const chosen = (asked: readonly string[], followed: readonly string[], strangersMax: number): readonly string[] =>
  chooseFollowed([...STRANGERS, ...OURS], { ...NEW, asked, isFollowed: (name) => followed.includes(name), strangersMax })
    .filter(({ group }) => group === 'example.org')
    .map((each) => each.kind)
    .toSorted()

test('everything is followed while it is not too much', () => {
  expect(chooseFollowed([...STRANGERS, ...OURS], { ...NEW, strangersMax: 5 })).toHaveLength(8)
})

test.each([
  { why: 'by name', asked: [], followed: [], are: ['A', 'B'] },
  { why: 'what is followed already stays', asked: [], followed: ['D', 'E'], are: ['D', 'E'] },
  { why: 'what is asked for comes instead of one of them', asked: ['C'], followed: ['D', 'E'], are: ['C', 'D'] },
  { why: 'of those asked for, the latest', asked: ['E', 'A', 'B'], followed: ['E'], are: ['A', 'B'] },
  { why: 'a kind asked for again is the latest', asked: ['E', 'A', 'B', 'E'], followed: ['A', 'B'], are: ['B', 'E'] },
  { why: 'a kind that is gone takes no place', asked: ['Z'], followed: [], are: ['A', 'B'] },
])('with too many strangers some are: $why', ({ asked, followed, are }) => {
  const names = (kinds: readonly string[]): readonly string[] => kinds.map((each) => kindName({ group: 'example.org', kind: each }))
  expect(chosen(names(asked), names(followed), 2)).toEqual(are)
})

test('the platform and what the registry needs is followed whatever it costs', () => {
  expect(chooseFollowed([...STRANGERS, ...OURS], { ...NEW, strangersMax: 0 })).toEqual(OURS)
})

test('of the built-in kinds those are followed that somebody opened lately, and they take no place from strangers', () => {
  const builtIn = [kind('', 'Pod'), kind('', 'Secret'), kind('apps', 'Deployment'), kind('gateway.networking.k8s.io', 'Gateway')]
  const all = [...OURS, ...STRANGERS, ...builtIn]
  const named = (choice: object) => chooseFollowed(all, { ...NEW, strangersMax: 5, ...choice }).map(kindName)
  const rest = [...OURS, ...STRANGERS].map(kindName)
  expect(named({})).toEqual(rest)
  expect(named({ asked: ['/Pod', 'apps/Deployment'] })).toEqual([...rest, '/Pod', 'apps/Deployment'])
  expect(named({ asked: ['/Pod', 'apps/Deployment'], isRecent: (name: string) => name === '/Pod' })).toEqual([...rest, '/Pod'])
  expect(named({ isFollowed: () => true }), 'being followed is no reason to stay').toEqual(rest)
})
