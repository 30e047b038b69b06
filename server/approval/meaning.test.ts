import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse, stringify, type ToStringOptions } from 'yaml'
import { documentPath } from '#lib/approval/paths.ts'
import { randomOf, upTo } from '#lib/approval/machine-scenes.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { loadRequest, openRequests, type RequestRow } from '#server/approval/repo.ts'
import { readSubject } from '#server/approval/subject.ts'
import { changeOf, syncRequests } from '#server/approval/sync.ts'
import { POLICY, testWorld, type TestWorld } from '#server/testing/approval-world.ts'

// Generated edits against the digest that votes carry: a semantic no-op keeps every vote, a semantic edit lapses every one.
const EDITS = 1_000

let database: Database
let world: TestWorld
let row: RequestRow
let rar: KubeObject
const random = randomOf(20_261_121)
const any = <T>(list: readonly T[]): T => list[upTo(random, list.length)] as T // safe: no list here is empty

beforeAll(async () => {
  database = await openDatabase('memory:')
  world = testWorld(database)
  rar = world.request('rar-edits')
  await syncRequests(world.ctx('system', 'system'))
  const [open] = await openRequests(database.db)
  row = (await loadRequest(database.db, open?.id ?? '')) ?? ({} as RequestRow) // safe: the test below fails on an empty row
})
afterAll(() => database.close())

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, inner]) => [key, shuffled(inner)] as const)
  return Object.fromEntries(entries.toSorted(() => random() - 0.5))
}

/** The same YAML in another hand: order of keys, quotes, indent, comments, blank lines, line ends. */
function rewritten(text: string): string {
  const style: ToStringOptions = {
    defaultStringType: any(['PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE'] as const),
    indent: any([2, 4]),
    lineWidth: any([0, 40]),
    collectionStyle: any(['any', 'any', 'block', 'flow'] as const),
  }
  const body = stringify(shuffled(parse(text)), style)
  const lines =
    style.collectionStyle === 'flow' || style.lineWidth === 40
      ? [body]
      : body.split('\n').flatMap((line) => (random() < 0.1 ? [`# remark ${upTo(random, 99)}`, '', line] : [line]))
  return `${any(['', '---\n', '# by hand\n\n'])}${lines.join('\n')}`
}

const docPath = () => documentPath('ccs-mgmt', rar)
const textOf = (path: string): string => world.commits.at(-1)?.files.get(path) ?? ''
const edit = (path: string, text: string): void => {
  world.commit({ [path]: text }, 'james@x.example')
}
const objectEdit = (wanted: (object: KubeObject) => boolean, change: (object: KubeObject) => KubeObject): void => {
  world.objects = world.objects.map((object) => (wanted(object) ? change(object) : object))
}
const isRar = (object: KubeObject): boolean => object.metadata.name === rar.metadata.name
const isPolicy =
  (name: string) =>
  (object: KubeObject): boolean =>
    object.metadata.name === `${name}-policy`
const relabelled = (object: KubeObject): KubeObject => ({
  ...object,
  metadata: {
    ...object.metadata,
    labels: { team: `t${upTo(random, 99)}` },
    resourceVersion: `${upTo(random, 9999)}`,
    generation: upTo(random, 99),
  },
  spec: shuffled(object.spec),
})
const DEFAULTS = [{ veto: [] }, { delegations: [] }, { autoAdmission: { enabled: false, sample: 0 } }, { merge: { ...POLICY.merge } }]

const NO_OPS: Readonly<Record<string, () => void>> = {
  'the document rewritten': () => edit(docPath(), rewritten(textOf(docPath()))),
  'labels of the document': () => {
    const document = parse(textOf(docPath())) as { metadata: object } // safe: the world wrote it
    edit(docPath(), stringify({ ...document, metadata: { ...document.metadata, labels: { team: `t${upTo(random, 99)}` } } }))
  },
  'the policy file rewritten': () => edit('vortex/policy.yaml', rewritten(textOf('vortex/policy.yaml'))),
  'a default written out': () => edit('vortex/policy.yaml', stringify({ ...parse(textOf('vortex/policy.yaml')), ...any(DEFAULTS) })),
  'an unrelated commit': () => edit(`notes/${upTo(random, 999)}.md`, 'hello'),
  'the live object relabelled and reordered': () => objectEdit(isRar, relabelled),
  'a DomainPolicy relabelled and reordered': () => objectEdit(isPolicy(any(['cs', 'pgw', 'cbs'])), relabelled),
  'another DomainPolicy': () =>
    objectEdit(isPolicy('los'), (object) => ({ ...object, spec: { ...Object(object.spec), cardinalityCeiling: upTo(random, 99) + 1 } })),
}

/** Both the document and the object, as GitOps leaves them. */
const specEdit = (change: (spec: Record<string, unknown>) => unknown): void => {
  const document = parse(textOf(docPath())) as { spec: Record<string, unknown> } // safe: the world wrote it
  const spec = change(document.spec)
  edit(docPath(), stringify({ ...document, spec }))
  objectEdit(isRar, (object) => ({ ...object, spec }))
}
const word = (): string => `word ${upTo(random, 1e9)} of a person`
const policyEdit = (change: (policy: typeof POLICY) => unknown): void =>
  edit('vortex/policy.yaml', stringify(change(parse(textOf('vortex/policy.yaml')) as typeof POLICY))) // safe: the world wrote it

let flipped = 0
/** Each time another value that looks alike: text and number in turn. */
const flip = (): string | number => (['1', 1, '1.0', 1.5] as const)[(flipped += 1) % 4] ?? ''

const EDITS_OF_MEANING: Readonly<Record<string, readonly [part: string, act: () => void]>> = {
  justification: ['the request', () => specEdit((spec) => ({ ...spec, justification: word() }))],
  description: [
    'the request',
    () => specEdit((spec) => ({ ...spec, interaction: { ...Object(spec['interaction']), description: word() } })),
  ],
  'a number that was text': [
    'the request',
    () => specEdit((spec) => ({ ...spec, interaction: { ...Object(spec['interaction']), interfaceVersion: flip() } })),
  ],
  protocol: [
    'the request',
    () => specEdit((spec) => ({ ...spec, interaction: { ...Object(spec['interaction']), protocol: `p${upTo(random, 1e9)}` } })),
  ],
  'a ceiling of the initiator': [
    'the DomainPolicy of cs',
    () =>
      objectEdit(isPolicy('cs'), (object) => ({ ...object, spec: { ...Object(object.spec), cardinalityCeiling: 9 + upTo(random, 1e9) } })),
  ],
  'a new field of the counterpart': [
    'the DomainPolicy of pgw',
    () => objectEdit(isPolicy('pgw'), (object) => ({ ...object, spec: { ...Object(object.spec), note: word() } })),
  ],
  'an approver': [
    'vortex/policy.yaml',
    () =>
      policyEdit((policy) => ({
        ...policy,
        domains: { ...policy.domains, payments: { approvers: [{ login: `p${upTo(random, 1e9)}` }], quorum: 1 } },
      })),
  ],
  'the overall quorum': ['vortex/policy.yaml', () => policyEdit((policy) => ({ ...policy, overall: { quorum: 3 + upTo(random, 1e6) } }))],
  'a clock': ['vortex/policy.yaml', () => policyEdit((policy) => ({ ...policy, clocks: { decideBy: `P${7 + upTo(random, 1e6)}D` } }))],
  'a veto': ['vortex/policy.yaml', () => policyEdit((policy) => ({ ...policy, veto: [{ login: `v${upTo(random, 1e9)}` }] }))],
}

/** What a vote would carry now. */
async function meaningNow() {
  world.evaluateAll()
  const { digest, parts } = await readSubject(world.ctx('system', 'system'), row)
  return { digest: digest.ok ? digest.digest : `none: ${digest.problem}`, parts }
}

it(`${EDITS} semantic no-ops, one to four at once, keep every vote`, async () => {
  const before = await meaningNow()
  const [objects, files] = [world.objects, new Map(world.commits.at(-1)?.files)]
  const moved: unknown[] = []
  for (let count = 0; count < EDITS; count += 1) {
    const names = Array.from({ length: 1 + upTo(random, 4) }, () => any(Object.keys(NO_OPS)))
    for (const name of names) NO_OPS[name]?.()
    const { digest } = await meaningNow()
    if (digest !== before.digest) moved.push({ names, digest, document: textOf(docPath()), policy: textOf('vortex/policy.yaml') })
    world.objects = objects
    world.commits.splice(2, world.commits.length)
    world.commit(Object.fromEntries(files), 'james@x.example')
  }
  expect(before.digest).toMatch(/^sha256:/)
  expect(moved).toEqual([])
}, 480_000)

it(`${EDITS} semantic edits, half of them in a rewritten document, lapse every vote, and the cause names the part`, async () => {
  const kept: unknown[] = []
  for (let count = 0; count < EDITS; count += 1) {
    const before = await meaningNow()
    const name = any(Object.keys(EDITS_OF_MEANING))
    const [part = '', act] = EDITS_OF_MEANING[name] ?? []
    if (random() < 0.5) NO_OPS['the document rewritten']?.()
    act?.()
    const after = await meaningNow()
    const cause = changeOf(before.parts, after.parts)
    if (!after.digest.startsWith('sha256:') || after.digest === before.digest || !cause.includes(part))
      kept.push({ name, cause, after: after.digest })
    if (count % 50 === 0) world.commits.splice(2, world.commits.length - 3)
  }
  expect(kept).toEqual([])
}, 480_000)
