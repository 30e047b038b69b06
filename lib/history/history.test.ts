import { expect, test } from 'vitest'
import type { KubeObject } from '#lib/kube/object.ts'
import { conditionEvents } from './condition-events.ts'
import { domainIndex, domainsOf } from './domains.ts'
import type { HistoryEvent } from './event.ts'
import { refOfPath } from './git-path.ts'
import { mergeEvents, olderThan } from './merge.ts'
import { redactEvent } from './redact.ts'
import { referencesOf } from './references.ts'

const served = [
  { group: 'core.ontai.dev', version: 'v1alpha1', kind: 'DomainIdentity', plural: 'domainidentities', namespaced: true },
  { group: 'guardian.ontai.dev', version: 'v1alpha1', kind: 'RBACProfile', plural: 'rbacprofiles', namespaced: true },
]

const event = (id: string, at: string, more: Partial<HistoryEvent> = {}): HistoryEvent => ({
  id,
  at,
  source: 'Ledger',
  changeType: 'governance',
  tone: 'ok',
  who: 'maria.santos',
  what: 'suspended RTGS',
  why: 'the supervisor asked',
  commit: 'c0ffee',
  audit: undefined,
  fields: [{ path: 'a', from: '1', to: '2' }],
  subjects: [{ text: 'Kind/name', ref: undefined }],
  request: undefined,
  ledgerSeq: 4,
  derived: undefined,
  ...more,
})

const boundary = (identity: string, scope: string): KubeObject => ({
  apiVersion: 'core.ontai.dev/v1alpha1',
  kind: 'DomainBoundary',
  metadata: { name: identity },
  spec: { domainIdentityRef: { name: identity }, organizationalScope: scope },
})

test('paging by the last one shown gives every event once, also within one instant and across sources', () => {
  const events = mergeEvents(
    [event('ledger-2', '2026-01-02'), event('ledger-10', '2026-01-02'), event('ledger-1', '2026-01-01')],
    [event('git-a', '2026-01-02'), event('git-b', '2026-01-02'), event('git-a', '2026-01-02')],
    [event('ae-9', '2026-01-02'), event('condition-x', '2026-01-03')],
  )
  expect(events.map(({ id }) => id)).toEqual(['condition-x', 'ledger-10', 'ledger-2', 'git-a', 'git-b', 'ae-9', 'ledger-1'])
  for (const [index, last] of events.entries()) expect(olderThan(events, last)).toEqual(events.slice(index + 1))
})

test('the entry stays at every level: the reason needs Full, the rest Operational', () => {
  const full = event('ledger-1', '2026-01-01')
  expect(redactEvent(full, 'Full')).toMatchObject({ why: 'the supervisor asked', who: 'maria.santos' })
  expect(redactEvent(full, 'Operational')).toMatchObject({ why: { restricted: true, requiredLevel: 'Full' }, what: 'suspended RTGS' })
  const least = redactEvent(full, 'Dependency')
  expect(least).toMatchObject({ at: full.at, changeType: 'governance', subjects: full.subjects, ledgerSeq: undefined })
  expect(JSON.stringify(least)).not.toMatch(/maria|RTGS|supervisor|c0ffee/)
  // Whether there is a reason must not be told by the marker's absence.
  expect(redactEvent({ ...full, why: undefined }, 'Dependency').why).toEqual(least.why)
})

test('the domain comes from boundaries, then from the group or the namespace; two for a relationship between domains', () => {
  const index = domainIndex(
    [
      boundary('pgw', 'payments.x'),
      boundary('cs', 'trading.x'),
      boundary('core', 'core.ontai.dev'),
      boundary('two', 'a.x'),
      boundary('two', 'b.x'),
    ],
    ['banking.x'],
  )
  const at = { group: 'core.ontai.dev', kind: 'DomainRelationship', namespace: 'ont-system', name: 'r' }
  expect(domainsOf(index, { ...at, spec: { sourceIdentity: 'cs', targetIdentity: 'pgw' } })).toEqual(['payments.x', 'trading.x'])
  expect(domainsOf(index, { ...at, kind: 'DomainPolicy', name: 'pgw' })).toEqual(['payments.x'])
  expect(domainsOf(index, { ...at, kind: 'DomainPolicy', name: 'two' })).toEqual([])
  expect(domainsOf(index, { group: 'banking.x', kind: 'Ledger', namespace: 'n', name: 'l' })).toEqual(['banking.x'])
  expect(domainsOf(index, { group: 'app.ontai.dev', kind: 'AppProfile', namespace: 'banking', name: 'new' })).toEqual(['banking.x'])
  expect(domainsOf(index, { group: 'seam.ontai.dev', kind: 'TalosCluster', namespace: 's', name: 'c' })).toEqual([])
})

test('a path names its object, with the real name of its kind', () => {
  expect(refOfPath('clusters/one/_cluster/rbacprofile.guardian.ontai.dev/a.b.yaml', served)).toEqual({
    cluster: 'one',
    group: 'guardian.ontai.dev',
    kind: 'RBACProfile',
    namespace: '',
    name: 'a.b',
  })
  expect(refOfPath('clusters/one/ns/serviceaccount/x.yaml', served)).toMatchObject({ group: '', kind: 'serviceaccount' })
  expect(refOfPath('vortex/policy.yaml', served)).toBeUndefined()
})

test('references are found wherever they stand, and an unserved kind is kept and said to be unknown', () => {
  const object: KubeObject = {
    apiVersion: 'x/v1',
    kind: 'X',
    metadata: { name: 'x', namespace: 'n', ownerReferences: [{ apiVersion: 'y/v1', kind: 'Owner', name: 'o', uid: '1' }] },
    spec: {
      list: [{ rbacProfileRef: 'p' }],
      sourceIdentity: 'i',
      domainIdentityRef: { name: 'i', namespace: 'ont-system' },
      thingRef: 't',
    },
  }
  expect(referencesOf(object, served).map(({ field, kind, namespace, name, known }) => [field, kind, namespace, name, known])).toEqual([
    ['metadata.ownerReferences', 'Owner', 'n', 'o', false],
    ['spec.list[0].rbacProfileRef', 'RBACProfile', 'n', 'p', true],
    ['spec.sourceIdentity', 'DomainIdentity', 'n', 'i', true],
    ['spec.domainIdentityRef', 'DomainIdentity', 'ont-system', 'i', true],
    ['spec.thingRef', 'thing', 'n', 't', false],
  ])
})

test('conditions look by meaning: True is bad news for some types, Unknown is neither', () => {
  const condition = (type: string, status: string) => ({
    type,
    status,
    reason: '',
    message: '',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  })
  const object: KubeObject = {
    apiVersion: 'x/v1',
    kind: 'X',
    metadata: { name: 'x' },
    status: {
      conditions: [condition('Ready', 'True'), condition('Degraded', 'True'), condition('Ready2', 'False'), condition('Odd', 'Unknown')],
    },
  }
  expect(conditionEvents('one', object).map(({ tone }) => tone)).toEqual(['ok', 'caution', 'caution', 'unknown'])
})
