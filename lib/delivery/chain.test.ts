import { expect, test } from 'vitest'
import { type Meaning, meaningDigest, sealedDigest } from '#lib/approval/digest.ts'
import { canonicalJson, leafHash, sha256Hex } from '#lib/canonical.ts'
import { brokenLink, brokenText, type ChainLinks } from './chain.ts'

const REQUEST = '0190f5fe-7c00-7000-8000-000000000001'
const meaning: Meaning = {
  spec: { justification: 'Weil es nötig ist 🔒', participants: { initiator: 'pgw', counterpart: 'core' }, list: ['a', 'b'] },
  policies: ['sha256:aa', 'sha256:bb'],
  evaluationHash: 'sha256:cc',
  files: [
    { path: 'clusters/c/ns/kind.group/a.yaml', after: 'a: 1\n' },
    { path: 'gone.yaml', after: undefined },
  ],
  approvalPolicy: 'sha256:dd',
}
const files = [
  { path: 'clusters/c/ns/kind.group/a.yaml', text: 'apiVersion: v1\nspec:\n  why: ünd \uFFFD\n' },
  { path: 'clusters/c/ns/kind.group/b.yaml', text: undefined },
  { path: 'governance/events/e.yaml', text: 'rationale: {text: "What I checked"}\n' },
]
const entryOf = (seq: number, actor: string, action: string, body: unknown) => {
  const text = canonicalJson({ seq, at: '2026-11-21T00:00:00Z', actor, action, subject: 's', requestId: REQUEST, http: 'h', body })
  return { text, leafHash: leafHash(new TextEncoder().encode(text)) }
}

function whole(): ChainLinks {
  const digest = meaningDigest(meaning)
  const sealed = sealedDigest(files.map(({ path, text }) => ({ path, after: text })))
  const approvers = ['lena', 'maria']
  return {
    requestId: REQUEST,
    decision: { outcome: 'Approved', digest, sealedDigest: sealed, approvers, sealedBy: 'maria', ledgerSeq: 3 },
    votes: approvers.map((login) => ({ login, verdict: 'approve', digest })),
    entries: [
      entryOf(1, 'lena', 'review.approved', { verdict: 'approve', digest }),
      entryOf(2, 'maria', 'review.approved', { verdict: 'approve', digest }),
      entryOf(3, 'maria', 'relationship.approved', { outcome: 'Approved', approvers, digest, sealedDigest: sealed }),
    ],
    files,
  }
}

/** A small generator with a seed, so that a failing position can be found again. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** One bit of one byte turned; null where the bytes are no text any more. */
function flip(text: string, pick: (below: number) => number): string | null {
  const bytes = new TextEncoder().encode(text)
  const at = pick(bytes.length)
  bytes[at] = (bytes[at] ?? 0) ^ (1 << pick(8))
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

test('a chain that nobody touched holds', () => {
  expect(brokenLink(whole())).toBeUndefined()
})

test('a bit turned anywhere between vote and stored bytes is refused with its step named', () => {
  const pick = random(20_261_121)
  const places: readonly (readonly [string, (links: ChainLinks, turned: (text: string) => string | null) => ChainLinks])[] = [
    ['vote', (l, t) => ({ ...l, votes: l.votes.with(0, { login: 'lena', verdict: 'approve', digest: t(l.decision.digest) ?? '' }) })],
    ['vote', (l, t) => ({ ...l, votes: l.votes.with(1, { login: t('maria') ?? '', verdict: 'approve', digest: l.decision.digest }) })],
    ['vote', (l, t) => ({ ...l, decision: { ...l.decision, digest: t(l.decision.digest) ?? '' } })],
    [
      'vote',
      (l, t) => ({ ...l, entries: l.entries.with(0, { text: t(l.entries[0]?.text ?? ''), leafHash: l.entries[0]?.leafHash ?? '' }) }),
    ],
    [
      'vote',
      (l, t) => ({ ...l, entries: l.entries.with(1, { text: l.entries[1]?.text ?? '', leafHash: t(l.entries[1]?.leafHash ?? '') ?? '' }) }),
    ],
    ['seal', (l, t) => ({ ...l, decision: { ...l.decision, sealedDigest: t(l.decision.sealedDigest) ?? '' } })],
    [
      'seal',
      (l, t) => ({ ...l, entries: l.entries.with(2, { text: t(l.entries[2]?.text ?? ''), leafHash: l.entries[2]?.leafHash ?? '' }) }),
    ],
    [
      'seal',
      (l, t) => ({ ...l, entries: l.entries.with(2, { text: l.entries[2]?.text ?? '', leafHash: t(l.entries[2]?.leafHash ?? '') ?? '' }) }),
    ],
    ['seal', (l, t) => ({ ...l, decision: { ...l.decision, sealedBy: t('maria') ?? '' } })],
    ['stored bytes', (l, t) => ({ ...l, files: l.files.with(0, { path: l.files[0]?.path ?? '', text: t(l.files[0]?.text ?? '') }) })],
    ['stored bytes', (l, t) => ({ ...l, files: l.files.with(2, { path: t(l.files[2]?.path ?? '') ?? '', text: l.files[2]?.text }) })],
  ]
  let turned = 0
  for (let round = 0; round < 100; round += 1)
    for (const [step, place] of places) {
      const links = place(whole(), (text) => flip(text, pick))
      const broken = brokenLink(links)
      expect({ round, broken: broken?.step }).toEqual({ round, broken: step })
      turned += 1
    }
  expect(turned).toBe(1_100)
})

test('a ledger entry written anew with a hash that fits is still found out', () => {
  const links = whole()
  const { approvers, digest } = links.decision
  const forged = entryOf(3, 'maria', 'relationship.approved', { outcome: 'Approved', approvers, digest, sealedDigest: 'sha256:00' })
  expect(brokenLink({ ...links, entries: links.entries.with(2, forged) })).toEqual({
    step: 'seal',
    why: "the ledger's entry of the sealing and the decision differ in sealed digest.",
  })
  const denied = entryOf(1, 'lena', 'review.rejected', { verdict: 'deny', digest })
  expect(brokenLink({ ...links, entries: links.entries.with(0, denied) })?.step).toBe('vote')
})

test('a byte order mark, a replacement character and a file made absent are bytes like any other', () => {
  const links = whole()
  const [first] = files
  const changed = [`\uFEFF${first?.text ?? ''}`, (first?.text ?? '').replace('\uFFFD', '\uFFFD\uFFFD'), null, undefined]
  for (const text of changed)
    expect(brokenLink({ ...links, files: links.files.with(0, { path: first?.path ?? '', text }) })?.step).toBe('stored bytes')
})

test('the system decides without a vote; its sealing must still be in the ledger', () => {
  const links = whole()
  const decision = { ...links.decision, approvers: ['system'], sealedBy: 'system' }
  const body = { outcome: 'Approved', approvers: ['system'], digest: decision.digest, sealedDigest: decision.sealedDigest }
  const entries = [entryOf(3, 'system', 'relationship.approved', body)]
  expect(brokenLink({ ...links, decision, votes: [], entries })).toBeUndefined()
  expect(brokenLink({ ...links, decision, votes: [], entries: [] })?.step).toBe('seal')
})

test('every part of what a page shows moves the digest that a vote carries, bit by bit', () => {
  const pick = random(7)
  const text = JSON.stringify(meaning)
  const before = meaningDigest(meaning)
  let compared = 0
  for (let round = 0; round < 600; round += 1) {
    const turned = flip(text, pick)
    try {
      const other = JSON.parse(turned ?? '') as Meaning // safe: only strings and keys of a Meaning were turned
      const same = canonicalJson(other) === canonicalJson(meaning)
      if (other.files === undefined || other.policies === undefined || other.files.some(({ path }) => path === undefined)) continue
      expect(meaningDigest(other) === before).toBe(same || sha256Hex(partsOf(other)) === sha256Hex(partsOf(meaning)))
      compared += 1
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
    }
  }
  expect(compared).toBeGreaterThan(200)
})

/** The parts that have meaning; a turned key that nothing reads is none. */
const partsOf = ({ spec, policies, evaluationHash, files: all, approvalPolicy }: Meaning): string =>
  canonicalJson({
    spec: spec ?? null,
    policies,
    evaluationHash: evaluationHash ?? null,
    files: all.map(({ path, after }) => ({ path, after: after ?? null })),
    approvalPolicy: approvalPolicy ?? null,
  })

test('the words name the step first', () => {
  expect(brokenText({ step: 'branch', why: 'it moved.' })).toMatch(/^Refused at the step "branch": it moved\./)
})
