import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { CONCEPT, type Concept } from '#lib/kube/concept.ts'
import { groupOf, type KubeObject } from '#lib/kube/object.ts'
import { meaningOf } from '#lib/kube/resolve.ts'
import { summaryOf } from '#lib/kube/summary.ts'
import { HEALTHS } from '#lib/kube/summary/reading.ts'

const DATA = join(import.meta.dirname, '../../../shared/data')
const SAMPLES = ['lab', 'hats/own', 'hats/upstream/hats', 'ameide'].map((folder) => join(DATA, folder))

const condition = (type: string, status: string, reason = 'Because', message = 'a message') => ({ type, status, reason, message })

const of = (concept: Concept, rest: object = {}, metadata: object = {}): KubeObject => {
  const { group, kind } = CONCEPT[concept].names[0] ?? { group: '', kind: '' }
  return { apiVersion: `${group}/v1alpha1`, kind, metadata: { name: 'one', namespace: 'ns', generation: 2, ...metadata }, ...rest }
}
const withConditions = (concept: Concept, ...conditions: readonly unknown[]): KubeObject => of(concept, { status: { conditions } })

describe('health', () => {
  test.each([
    ['Ready is good', withConditions('cluster', condition('Ready', 'True')), 'ok', /Ready is True/],
    ['Ready False', withConditions('cluster', condition('Ready', 'False')), 'caution', /Ready is False/],
    ['bad beats good', withConditions('cluster', condition('Ready', 'True'), condition('Degraded', 'True')), 'caution', /Degraded is True/],
    [
      'the worst first',
      withConditions('cluster', condition('Degraded', 'True'), condition('ControlPlaneUnreachable', 'True')),
      'danger',
      /Unreachable is True/,
    ],
    ['bad that is False is fine', withConditions('cluster', condition('Ready', 'True'), condition('Degraded', 'False')), 'ok', /Ready/],
    ['under way', withConditions('cluster', condition('Bootstrapping', 'True'), condition('Ready', 'False')), 'caution', /Bootstrapping/],
    [
      'an inverted gate',
      withConditions('packExecution', condition('PackSignaturePending', 'True')),
      'caution',
      /PackSignaturePending is True/,
    ],
    [
      'a cleared gate alone decides nothing',
      withConditions('packExecution', condition('PackSignaturePending', 'False', 'PackSigned')),
      'unknown',
      /Succeeded is not reported: not evaluated yet/,
    ],
    ['an absent condition', withConditions('permissionSnapshot', condition('Fresh', 'True')), 'unknown', /Compliant is not reported/],
    ['both', withConditions('permissionSnapshot', condition('Fresh', 'True'), condition('Compliant', 'True')), 'ok', /Fresh and Compliant/],
    [
      'no lineage controller is expected',
      withConditions('cluster', condition('Ready', 'True'), condition('LineageSynced', 'False', 'LineageControllerAbsent')),
      'ok',
      /Ready is True/,
    ],
    ['a strange type is neutral', withConditions('cluster', condition('Purple', 'True')), 'unknown', /only Purple/],
    ['Unknown', withConditions('cluster', condition('Ready', 'Unknown')), 'unknown', /Ready is Unknown/],
    ['no status', of('cluster', { spec: {} }), 'unknown', /No status yet/],
    ['a status without conditions', of('cluster', { status: {} }), 'unknown', /nothing was evaluated/],
    [
      'a status about another spec',
      of('cluster', { status: { observedGeneration: 1, conditions: [condition('Ready', 'True')] } }),
      'unknown',
      /generation 1, the object is at 2/,
    ],
    [
      'bad news about another spec stay bad',
      of('cluster', { status: { observedGeneration: 1, conditions: [condition('Failed', 'True')] } }),
      'danger',
      /Failed/,
    ],
    [
      'deletion',
      of('cluster', { status: { conditions: [condition('Ready', 'True')] } }, { deletionTimestamp: 'now' }),
      'caution',
      /deleted/,
    ],
    ['a phase', of('hatBinding', { status: { phase: 'Probation' } }), 'caution', /phase is Probation/],
    ['a phase that nobody knows', of('hatBinding', { status: { phase: 'Asleep' } }), 'unknown', /Asleep, a word that is not known/],
    ['a phase named like a method', of('hatBinding', { status: { phase: 'constructor' } }), 'unknown', /not known/],
    ['a record', of('packLog', { spec: { status: 'Failed' } }), 'danger', /status is Failed/],
    ['a flag', of('membership', { status: { admitted: true } }), 'ok', /admitted is true/],
    ['a kind without state', of('hat', { spec: {} }), 'unknown', /report no state/],
    ['what has neither spec nor status', of('permissionSet'), 'unknown', /report no state/],
    ['both spellings of a violation', withConditions('ameideAgent', condition('PolicyViolation', 'True')), 'danger', /PolicyViolation/],
  ] as const)('%s', (_name, object, health, words) => {
    const read = summaryOf(object).health
    expect(read.health).toBe(health)
    expect(read.words).toMatch(words)
  })

  it('keeps reason and message out of the words that everybody may read', () => {
    const { health } = summaryOf(withConditions('cluster', condition('Ready', 'False', 'ZebraReason', 'zebra message')))
    expect(health.words).not.toMatch(/zebra/i)
    expect(health.detail).toBe('ZebraReason: zebra message')
  })

  it('decides by a good condition for a kind of a group that no contract knows', () => {
    const stranger = {
      apiVersion: 'example.org/v1',
      kind: 'Thing',
      metadata: { name: 'x' },
      status: { conditions: [condition('Available', 'True')] },
    }
    expect(summaryOf(stranger).health).toMatchObject({ health: 'ok', words: 'Available is True.' })
  })
})

describe('facts', () => {
  it('reads what was renamed over time', () => {
    const old = { apiVersion: 'platform.ontai.dev/v1alpha1', kind: 'TalosCluster', metadata: { name: 'x' }, spec: { endpoint: '10.0.0.1' } }
    expect(summaryOf(old).facts).toContainEqual({ label: 'Endpoint', value: '10.0.0.1' })
  })

  it('names a reference, counts a list of objects, lists short texts', () => {
    const { facts } = summaryOf(
      of('packReceipt', { spec: { clusterPackRef: { name: 'nginx', version: '1' }, deployedResources: [{}, {}] } }),
    )
    expect(facts).toEqual([
      { label: 'Pack', value: 'nginx' },
      { label: 'Resources', value: '2' },
    ])
    const { facts: pack } = summaryOf(of('pack', { spec: { targetClusters: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] } }))
    expect(pack).toContainEqual({ label: 'Target clusters', value: 'a, b, c, d, e and 2 more' })
  })

  it('cuts a text that would fill a page', () => {
    const { facts } = summaryOf(of('drift', { spec: { driftReason: 'x'.repeat(1_500_000) } }))
    expect(facts.find(({ label }) => label === 'Reason')?.value.length).toBeLessThan(250)
  })
})

const BROKEN: readonly unknown[] = [
  undefined,
  null,
  0,
  'text',
  [],
  [[]],
  true,
  { conditions: 'no list' },
  {
    conditions: [
      null,
      7,
      'x',
      {},
      { type: 1, status: 2 },
      { type: 'Ready' },
      { type: 'Ready', status: 'True', message: { a: 1 }, reason: [] },
    ],
  },
  { phase: { a: 1 }, admitted: 'yes', observedGeneration: 'two', clusterRef: [], operations: 5, participants: 'x', bindingStability: [] },
]

test.each(Object.keys(CONCEPT) as Concept[])('%s: ill-typed input of every shape gives a health and a reason', (concept) => {
  for (const spec of BROKEN)
    for (const status of BROKEN) {
      const { health, facts } = summaryOf(of(concept, { spec, status }))
      expect(HEALTHS).toContain(health.health)
      expect(health.words).toMatch(/\.$/)
      for (const fact of facts) expect(typeof fact.value).toBe('string')
    }
})

const files = SAMPLES.filter((folder) => existsSync(folder)).flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .map((path) => join(folder, path)),
)
const samples = files.flatMap((file) =>
  parseAllDocuments(readFileSync(file, 'utf8')).flatMap((document): readonly KubeObject[] => {
    const value: unknown = document.toJS()
    return typeof value === 'object' && value !== null && 'apiVersion' in value && 'kind' in value && 'metadata' in value
      ? [value as KubeObject] // safe: what a manifest is; the reader under test looks at the rest
      : []
  }),
)

describe.skipIf(files.length === 0)('the samples of the neighbours', () => {
  it('are of every family that has samples', () => {
    const concepts = new Set(samples.map((object) => meaningOf({ group: groupOf(object), kind: object.kind })?.concept))
    for (const concept of [
      'rbacProfile',
      'permissionSet',
      'membership',
      'hat',
      'hatBinding',
      'hatSwap',
      'ameideDomain',
      'ameideAgent',
    ] as const)
      expect(concepts).toContain(concept)
  })

  it('each have a health with its reason, and facts where the contracts describe their kind', () => {
    const bare = samples.flatMap((object) => {
      const { health, facts } = summaryOf(object)
      expect(health.words).toMatch(/\.$/)
      const known = meaningOf({ group: groupOf(object), kind: object.kind }) !== undefined
      return known && facts.length === 0 ? [`${object.kind}/${object.metadata.name}`] : []
    })
    expect(bare).toEqual([])
  })

  it('tell the broken primitives from the healthy ones', () => {
    const ameide = samples.filter((object) => groupOf(object) === 'ameide.io')
    const said = new Set(ameide.map((object) => summaryOf(object).health.health))
    expect(said).toEqual(new Set(HEALTHS))
  })
})
