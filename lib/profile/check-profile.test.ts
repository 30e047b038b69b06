import { describe, expect, test } from 'vitest'
import type { KubeObject } from '#lib/kube/object.ts'
import { type CheckInput, checkProfile, type ProfileProblem } from '#lib/profile/check-profile.ts'
import { authoringDomains } from '#lib/profile/domain-set.ts'
import { type Draft, draftProfile } from '#lib/profile/draft.ts'
import { FACT_CONCEPTS, type FactConcept, type ProfileFacts } from '#lib/profile/facts.ts'
import { originMarks } from '#lib/profile/origin.ts'

const make = (kind: string, name: string, spec: object, namespace = 'ont-system'): KubeObject => ({
  apiVersion: 'core.ontai.dev/v1alpha1',
  kind,
  metadata: { name, namespace },
  spec,
})
const owner = { domainIdentityRef: { name: 'x' } }
const WORLD: Readonly<Partial<Record<FactConcept, readonly KubeObject[]>>> = {
  domainIdentity: [
    make('DomainIdentity', 'x', { name: 'x', spiffeTrustDomain: 's', operatorOwner: 'team-x' }),
    make('DomainIdentity', 'bare', {}),
  ],
  domainBoundary: [
    make('DomainBoundary', 'x', { ...owner, organizationalScope: 'pay.example', tenantAssignment: 'eu', environmentTier: 'production' }),
  ],
  domainPolicy: [
    make('DomainPolicy', 'x', {
      ...owner,
      retryEnvelope: { maxAttempts: 2, backoffSeconds: 60 },
      circuitBreakerThreshold: 0.5,
      rateLimitRequestsPerSecond: 101,
      accessControlMode: 'abac',
    }),
  ],
  domainRelationship: [
    make('DomainRelationship', 'x-observes-y', { sourceIdentity: 'x', targetIdentity: 'y', relationshipType: 'observes' }),
  ],
  domainEvent: [make('DomainEvent', 'x', { ...owner, eventType: 'PaymentSettled', schemaVersion: 'v3' })],
  domainWorkflow: [make('DomainWorkflow', 'x', { ...owner, phases: ['migrate', 'serve'] })],
  domainResource: [
    make('DomainResource', 'x', {
      ...owner,
      computeCeiling: { cpu: '1', memory: '1Gi' },
      storageCeiling: { capacity: '5Gi', storageClass: 'fast' },
      kueueResourceFlavors: ['blue'],
    }),
  ],
  domainAudit: [make('DomainAudit', 'x', { ...owner, minimumEventGranularity: 'high', mandatoryEventTypes: ['a', 'b'] })],
  appIdentity: [
    make('AppIdentity', 'y', { domainIdentityRef: { name: 'y' } }, 'there'),
    make('AppIdentity', 'old', { ...owner, appBoundaryRef: { name: 'old' } }, 'pay'),
  ],
  cluster: [make('TalosCluster', 'c1', {}, 'seam-tenant-eu')],
}
const FACTS = Object.fromEntries(FACT_CONCEPTS.map((concept) => [concept, WORLD[concept] ?? []])) as unknown as ProfileFacts // safe: one entry per concept
const CHECK: CheckInput = { facts: FACTS, schemaOf: () => () => [] }

const draft = (template = 'stateless-service', identity = 'x'): Draft => {
  const made = draftProfile({ name: 'new', namespace: 'pay', identity, template, facts: FACTS, appGroup: 'app.ontai.dev' })
  if (!made.ok) throw new Error(made.error)
  return made.value
}
const check = (text: string, input = CHECK): readonly ProfileProblem[] => checkProfile(text, input).problems
const brief = (text: string): readonly string[] => check(text).map((problem) => `${problem.rule} ${problem.path}`)
const lineOf = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split('\n').length

describe('a draft of the built-in curator', () => {
  test.each(['stateless-service', 'stateful-service', 'batch'])('from %s keeps every rule', (template) => {
    expect(check(draft(template).text)).toEqual([])
    expect(checkProfile(draft(template).text, CHECK).objects).toHaveLength(9)
  })

  test('marks every value, and says why', () => {
    const { text, curated } = draft('batch')
    const marks = originMarks(text, curated)
    const at = (path: string) => marks.find((mark) => mark.path.join('.') === path)
    expect(marks.filter((mark) => mark.note === 'Written by you.')).toEqual([])
    expect(at('spec.computeClaim.cpu')).toMatchObject({ origin: 'curator', note: 'The template asks for 4; DomainResource x allows 1.' })
    expect(at('spec.environmentTier')).toMatchObject({ origin: 'inherited' })
    expect(at('spec.retryEnvelope.backoffSeconds')).toMatchObject({ origin: 'default' })
    expect(at('spec.serviceName')).toMatchObject({ origin: 'author' })
    const keyed = marks.filter((mark) => typeof mark.path.at(-1) === 'string')
    expect(keyed.every((mark) => text.split('\n')[mark.line - 1]?.includes(`${mark.path.at(-1)}:`))).toBe(true)
  })

  test('an edited value is the author’s', () => {
    const { text, curated } = draft()
    const edited = text.replace('cpu: 500m', 'cpu: 250m')
    const mark = originMarks(edited, curated).find((one) => one.path.at(-1) === 'cpu')
    expect(mark).toMatchObject({ origin: 'author', note: 'Changed by you; the draft had 500m.' })
  })

  test('says what it could not draft', () => {
    const { gaps, text } = draft('batch', 'bare')
    expect(gaps).toHaveLength(6)
    expect(text).not.toContain('AppPolicy')
  })

  test('takes an existing profile as its template', () => {
    const facts: ProfileFacts = {
      ...FACTS,
      appProfile: [make('AppProfile', 'old', { appResourceProfileRef: { name: 'old' } }, 'pay')],
      appResourceProfile: [make('AppResourceProfile', 'old', { computeClaim: { cpu: '300m', memory: '2Gi' } }, 'pay')],
    }
    const made = draftProfile({
      name: 'new',
      namespace: 'pay',
      identity: 'x',
      template: 'profile:pay/old',
      facts,
      appGroup: 'app.ontai.dev',
    })
    const cpu = made.ok ? made.value.curated.find((field) => field.path.at(-1) === 'cpu') : undefined
    expect(cpu).toMatchObject({ value: '300m', origin: 'inherited' })
  })

  test('is refused without the identity or the template', () => {
    expect(draftProfile({ name: 'n', namespace: 'n', identity: 'none', template: 'batch', facts: FACTS, appGroup: 'g' }).ok).toBe(false)
    expect(draftProfile({ name: 'n', namespace: 'n', identity: 'x', template: 'none', facts: FACTS, appGroup: 'g' }).ok).toBe(false)
  })
})

describe('checking a text', () => {
  const { text } = draft()

  test('finds a broken floor at its line', () => {
    const broken = text.replace('granularity: high', 'granularity: low')
    expect(check(broken)).toMatchObject([
      { rule: 'U1', path: 'spec.granularity', line: lineOf(broken, 'granularity: low'), column: 3, severity: 'error' },
    ])
  })

  test.each([
    ['a tab', text.replace('  serviceName', '\tserviceName'), 'YAML'],
    ['a key twice', text.replace('  serviceName: new', '  serviceName: new\n  serviceName: other'), 'YAML'],
    ['an anchor', text.replace('serviceName: new', 'serviceName: &a new'), 'YAML'],
    ['another kind', text.replace('kind: AppTopology', 'kind: RBACPolicy'), 'KIND'],
    ['a status', `${text}status:\n  ready: true\n`, 'STATUS'],
    ['a bad name', text.replace('metadata:\n  name: new', 'metadata:\n  name: New_One'), 'NAME'],
    ['two namespaces', text.replace('namespace: pay\nspec:\n  appIdentityRef', 'namespace: other\nspec:\n  appIdentityRef'), 'NAME'],
    ['no profile', text.slice(0, text.lastIndexOf('---')), 'ONE'],
  ])('finds %s', (_, broken, rule) => {
    expect(check(broken).map((problem) => problem.rule)).toContain(rule)
  })

  test('what belongs to another application is no part of the request', () => {
    const stranger = text
      .replace('domainPolicyRef', 'x')
      .replace(/appIdentityRef:\n(.*\n){3} {4}name: new\n {2}x:/, (all) =>
        all.replace('name: new', 'name: old').replace('x:', 'domainPolicyRef:'),
      )
    expect(brief(stranger)).toEqual(expect.arrayContaining(['OTHER spec.appIdentityRef.name']))
  })

  test('an object of another application cannot be taken', () => {
    const facts: ProfileFacts = { ...FACTS, appIdentity: [make('AppIdentity', 'new', { domainIdentityRef: { name: 'bare' } }, 'pay')] }
    expect(check(text, { ...CHECK, facts })).toMatchObject([{ rule: 'MOVE', path: 'spec.domainIdentityRef.name' }])
  })

  test('a document that cannot be read hides no other', () => {
    const broken = text.replace('  serviceName', '\tserviceName').replace('granularity: high', 'granularity: low')
    expect(check(broken).map((problem) => problem.rule)).toEqual(expect.arrayContaining(['YAML', 'U1']))
  })

  test('a schema problem stands where its field would', () => {
    const input: CheckInput = {
      facts: FACTS,
      schemaOf: (_, kind) => () => (kind === 'AppWorkflow' ? [{ path: ['spec', 'nonsense'], message: 'unknown' }] : []),
    }
    const at = lineOf(text, 'kind: AppWorkflow') + 4
    expect(check(text, input)).toMatchObject([{ rule: 'SCHEMA', path: 'spec.nonsense', line: at }])
  })

  test('a kind that is not served is said so', () => {
    expect(
      check(text, { facts: FACTS, schemaOf: () => undefined }).every((problem) => problem.message.startsWith('This cluster serves no')),
    ).toBe(false)
    expect(brief('')).toEqual(['ONE '])
  })
})

test('the domains that can be written for, with where they live', () => {
  expect(authoringDomains(FACTS)).toEqual([{ domain: 'pay.example', identities: ['x'], namespaces: ['pay'] }])
})
