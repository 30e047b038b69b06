import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sealedDigest } from '#lib/approval/digest.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { createGit } from '#server/adapter/git/create-git.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { changeRequest, decision, delivery, ledger, outbox, sealedFile, vote } from '#server/adapter/db/schema.ts'
import type { World } from '#server/context.ts'
import { SYSTEM } from '#lib/access/viewer.ts'
import { appendLedger } from '#server/ledger/append.ts'
import { drain } from '#server/outbox/drain.ts'
import { follow } from './follow.ts'

const dir = mkdtempSync(join(tmpdir(), 'vortex-delivery-'))
const bare = join(dir, 'repository.git')
const env = { NODE_ENV: 'test' as const, PATH: '/usr/bin:/bin', HOME: dir, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' }
const git = (...args: string[]): string => execFileSync('git', args, { cwd: bare, env, stdio: 'pipe' }).toString().trim()
const HASH = `sha256:${'1'.repeat(64)}`
const SPEC = { justification: 'Because it must be seen.', requestedBy: 'james.okafor' }
const RAR = { group: 'seam.ontai.dev', version: 'v1alpha1', kind: 'RelationshipAdmissionRequest', plural: 'rars', namespaced: true }
const REL = { group: 'core.ontai.dev', version: 'v1alpha1', kind: 'DomainRelationship', plural: 'rels', namespaced: true }
const live = new Map<string, KubeObject>()
let world: World
let states = 0

const openGit = () =>
  createGit({
    url: `file://${bare}`,
    branch: 'main',
    signingKey: join(dir, 'key'),
    name: 'Vortex',
    email: 'vortex@vortex.invalid',
    directory: join(dir, `state-${states++}`),
  })

/** Vortex as a process that was started anew: other memory, other mirror, the same database. */
const restarted = (): World => ({ ...world, git: openGit() })

function rarText(name: string, decided: boolean): string {
  const decision = `  decision:\n    outcome: Approved\n    evaluationHash: ${HASH}\n`
  return `apiVersion: seam.ontai.dev/v1alpha1\nkind: RelationshipAdmissionRequest\nmetadata:\n  name: ${name}\n  namespace: seam-system\nspec:\n  justification: ${SPEC.justification}\n  requestedBy: james.okafor\n${decided ? decision : ''}`
}

const paths = (name: string) => ({
  rar: `clusters/ccs-mgmt/seam-system/relationshipadmissionrequest.seam.ontai.dev/${name}.yaml`,
  rel: `clusters/ccs-mgmt/ont-system/domainrelationship.core.ontai.dev/${name}.yaml`,
})

function setLive(name: string, spec: Record<string, unknown>, status: unknown): void {
  live.set(`${RAR.kind}/${name}`, {
    apiVersion: 'seam.ontai.dev/v1alpha1',
    kind: RAR.kind,
    metadata: { name, namespace: 'seam-system' },
    spec,
    status,
  })
}

async function seal(name: string, sealedAs?: string): Promise<string> {
  const id = randomUUID()
  const at = new Date('2026-06-01T12:00:00Z')
  await commitToMain({ [paths(name).rar]: rarText(name, false) })
  const { db } = world.database
  await db.insert(changeRequest).values({
    id,
    kind: 'admission',
    cluster: 'ccs-mgmt',
    uid: id,
    group: RAR.group,
    resourceKind: RAR.kind,
    namespace: 'seam-system',
    name,
    state: 'approved',
    requestedBy: 'james.okafor',
    subject: {},
    createdAt: at,
    updatedAt: at,
  })
  const rel = `apiVersion: core.ontai.dev/v1alpha1\nkind: DomainRelationship\nmetadata:\n  name: ${name}\n  namespace: ont-system\nspec:\n  a: 1\n`
  const files = [
    { path: paths(name).rar, after: rarText(name, true) },
    { path: paths(name).rel, after: rel },
    { path: `governance/events/${id}.yaml`, after: 'why: it is\n' },
  ]
  const rationale = { checked: 'everything', acceptable: 'it is small', undo: 'revert it' }
  const digest = `sha256:${id.replaceAll('-', '')}`
  const approvers = ['lena.fischer', 'maria.santos']
  const votes = approvers.map((login) => ({ id: randomUUID(), requestId: id, login, verdict: 'approve' as const, rationale, digest, at }))
  await db.insert(vote).values(votes.map((each) => ({ ...each, policyVersion: 'p', state: 'counted' as const })))
  const told = [
    ...approvers.map((actor) => ({ action: 'review.approved', actor, body: { verdict: 'approve', digest } })),
    {
      action: 'relationship.approved',
      actor: 'maria.santos',
      body: { outcome: 'Approved', approvers, digest, sealedDigest: sealedDigest(files) },
    },
  ]
  const sequence = await appendLedger(
    { db, now: at, viewer: SYSTEM, requestId: 'test' },
    told.map((each) => ({ ...each, subject: name, requestId: id })),
  )
  await db.insert(decision).values({
    requestId: id,
    outcome: 'Approved',
    digest,
    sealedDigest: sealedAs ?? sealedDigest(files),
    policyVersion: `${git('rev-parse', 'main')} p`,
    templateVersion: 't',
    sealedBy: 'maria.santos',
    approvers,
    rationale,
    ledgerSeq: sequence.at(-1) ?? 0,
    sealedAt: at,
  })
  await db.insert(sealedFile).values(files.map(({ path, after }) => ({ requestId: id, path, bytes: new TextEncoder().encode(after) })))
  await db.insert(outbox).values({ kind: 'git.propose', requestId: id, payload: {}, createdAt: at, nextAt: at })
  setLive(name, SPEC, { phase: 'AwaitingApproval', evaluation: { evaluationHash: HASH } })
  return id
}

async function commitToMain(files: Record<string, string>, branch = 'main'): Promise<string> {
  const work = join(dir, `work-${states++}`)
  const at = (...args: string[]) => execFileSync('git', args, { cwd: work, env, stdio: 'pipe' }).toString().trim()
  execFileSync('git', ['clone', '-q', '-b', branch, bare, work], { env, stdio: 'pipe' })
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(work, path, '..'), { recursive: true })
    writeFileSync(join(work, path), text)
  }
  at('add', '.')
  at('-c', 'user.name=James', '-c', 'user.email=james@fintech.example', 'commit', '-q', '-m', 'By hand')
  at('push', '-q', 'origin', `HEAD:${branch}`)
  return at('rev-parse', 'HEAD')
}

const askMerge = (requestId: string) =>
  world.database.db
    .insert(outbox)
    .values({ kind: 'git.merge', requestId, payload: { by: 'james.okafor' }, createdAt: new Date(), nextAt: new Date(0) })
const stateOf = async (id: string) => (await world.database.db.select().from(delivery).where(eq(delivery.requestId, id)))[0]
const actionsOf = async (id: string) =>
  (await world.database.db.select().from(ledger).where(eq(ledger.requestId, id)).orderBy(ledger.seq)).map(({ action }) => action)

beforeAll(async () => {
  mkdirSync(bare)
  git('init', '-q', '--bare', '--initial-branch=main')
  writeFileSync(join(dir, 'key'), generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const policy =
    'schema: vortex-policy/1\nmerge: {who: [{login: james.okafor}]}\npeople: {maria.santos: {emails: [maria@fintech.example]}, james.okafor: {emails: [james@fintech.example]}}\n'
  const base = execFileSync('git', ['mktree'], { cwd: bare, env, input: '' }).toString().trim()
  const first = execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', 'commit-tree', '-m', 'Begin', base], { cwd: bare, env })
  git('update-ref', 'refs/heads/main', first.toString().trim())
  await commitToMain({ 'vortex/policy.yaml': policy })
  const kube: Partial<World['kube']> = {
    cluster: 'ccs-mgmt',
    served: () => RAR,
    servedKinds: () => [RAR, REL],
    fetch: async (kind, _namespace, name) => live.get(`${kind.kind}/${name}`),
  }
  // safe: delivery asks nothing else of the cluster, and nothing of the other sources
  world = { database: await openDatabase('memory:'), git: openGit(), kube } as World
})

afterAll(async () => {
  await world.database.close()
  rmSync(dir, { recursive: true, force: true })
})

test('a sealed decision goes to its branch, to main when asked, and each step is read back', async () => {
  const id = await seal('rar-a')
  await drain(world)
  const proposed = await stateOf(id)
  const branch = `vortex/rar-a-${id.slice(0, 8)}`
  expect(proposed).toMatchObject({ branch, problem: null, commit: git('rev-parse', branch) })
  expect(git('show', `${branch}:${paths('rar-a').rar}`)).toContain(HASH)
  const message = git('log', '-1', '--format=%B', branch)
  expect(message).toContain(`Vortex-Request: ${id}`)
  expect(message).toContain('Approved-by: maria.santos <maria@fintech.example>')
  expect(message).toContain('Approved-by: lena.fischer <lena.fischer>')
  await follow(world)
  expect((await stateOf(id))?.mergedAt).toBeNull()

  await askMerge(id)
  await drain(world)
  await follow(world)
  const merged = await stateOf(id)
  expect(merged).toMatchObject({ mergeCommit: git('rev-parse', 'main'), mergedBy: 'james.okafor', appliedAt: null })
  expect(git('log', '-1', '--format=%P', 'main').split(' ')).toContain(proposed?.commit)

  setLive('rar-a', { ...SPEC, decision: { outcome: 'Approved', evaluationHash: HASH } }, { phase: 'AwaitingApproval' })
  await follow(world)
  expect(await stateOf(id)).toMatchObject({ appliedAt: expect.any(Date), admittedAt: null })
  setLive('rar-a', { ...SPEC, decision: { outcome: 'Approved', evaluationHash: HASH } }, { phase: 'Admitted' })
  await follow(world)
  expect((await stateOf(id))?.admittedAt).toBeNull()
  live.set(`${REL.kind}/rar-a`, { apiVersion: 'core.ontai.dev/v1alpha1', kind: REL.kind, metadata: { name: 'rar-a' } })
  await follow(world)
  await follow(world)
  expect((await stateOf(id))?.admittedAt).toBeInstanceOf(Date)
  expect((await actionsOf(id)).slice(3)).toEqual([
    'manifest.committed',
    'manifest.merge.pushed',
    'manifest.merged',
    'manifest.applied.observed',
    'relationship.outcome.observed',
  ])
})

test('killed between push and record, it takes up its own branch although main has moved', async () => {
  const id = await seal('rar-b')
  await drain(world)
  const before = await stateOf(id)
  await world.database.db
    .update(outbox)
    .set({ doneAt: null, nextAt: new Date(0) })
    .where(eq(outbox.requestId, id))
  await world.database.db.delete(delivery).where(eq(delivery.requestId, id))
  await commitToMain({ 'notes.md': 'other work' })
  await drain(restarted())
  expect((await stateOf(id))?.commit).toBe(before?.commit)
  expect(git('rev-list', '--count', `main..${before?.branch ?? ''}`)).toBe('1')
})

test('a silent repository keeps the work and its reason; it is done once it answers', async () => {
  const id = await seal('rar-c')
  const away = {
    ...world,
    git: createGit({
      url: 'http://127.0.0.1:1/none.git',
      branch: 'main',
      signingKey: join(dir, 'key'),
      name: 'V',
      email: 'v@v',
      directory: join(dir, 'away'),
    }),
  }
  await drain(away)
  const [row] = await world.database.db.select().from(outbox).where(eq(outbox.requestId, id))
  expect(row).toMatchObject({ doneAt: null, attempts: 1, problem: expect.stringContaining('cannot be reached') })
  await world.database.db
    .update(outbox)
    .set({ nextAt: new Date(0) })
    .where(eq(outbox.requestId, id))
  await drain(world)
  expect((await stateOf(id))?.commit).not.toBeNull()
})

test('a foreign commit on the branch voids the proposal: no merge, and people are told', async () => {
  const id = await seal('rar-d')
  await drain(world)
  const main = git('rev-parse', 'main')
  await commitToMain({ 'sneaked.yaml': 'in: true\n' }, (await stateOf(id))?.branch)
  await askMerge(id)
  await drain(world)
  expect(git('rev-parse', 'main')).toBe(main)
  expect((await stateOf(id))?.problem).toMatch(/The decision is void: .* by James, which Vortex did not make\. File a new request/)
  expect((await stateOf(id))?.voidedAt).toBeInstanceOf(Date)
  expect(await actionsOf(id)).toContain('delivery.voided')
  expect(
    await world.database.db
      .select()
      .from(outbox)
      .where(eq(outbox.kind, 'git.merge'))
      .then((rows) => rows.filter((row) => row.requestId === id && row.doneAt === null)),
  ).toEqual([])
  // Taken away again, it stays void: people no longer know what they merge.
  git('update-ref', `refs/heads/${(await stateOf(id))?.branch ?? ''}`, (await stateOf(id))?.commit ?? '')
  await follow(world)
  expect((await stateOf(id))?.voidedAt).toBeInstanceOf(Date)
})

test('a merge is refused when the evaluation moved, and a refused document is told after a merge by other means', async () => {
  const id = await seal('rar-e')
  await drain(world)
  setLive('rar-e', SPEC, { phase: 'AwaitingApproval', evaluation: { evaluationHash: 'sha256:2' } })
  await askMerge(id)
  await drain(world)
  expect((await stateOf(id))?.problem).toMatch(/evaluation changed since the decision/)
  git('update-ref', 'refs/heads/main', (await stateOf(id))?.commit ?? '')
  await follow(world)
  expect(await stateOf(id)).toMatchObject({
    mergeCommit: (await stateOf(id))?.commit,
    problem: expect.stringContaining('Merged, refused: evaluation changed'),
  })
  expect((await stateOf(id))?.problem).toMatch(/git revert/)
})

test('a squash merge by a forge counts, because main holds exactly the sealed bytes', async () => {
  const id = await seal('rar-f')
  await drain(world)
  const branch = (await stateOf(id))?.branch ?? ''
  const texts = Object.fromEntries(
    [paths('rar-f').rar, paths('rar-f').rel, `governance/events/${id}.yaml`].map((path) => [path, `${git('show', `${branch}:${path}`)}\n`]),
  )
  const squash = await commitToMain(texts)
  await follow(world)
  expect(await stateOf(id)).toMatchObject({ mergeCommit: squash, mergedBy: 'james.okafor' })
})

test('main that changed a sealed file after the decision is not overwritten', async () => {
  const id = await seal('rar-g')
  await drain(world)
  const main = await commitToMain({ [paths('rar-g').rar]: rarText('rar-g', false).replace('Because', 'Since') })
  await askMerge(id)
  await drain(world)
  expect(git('rev-parse', 'main')).toBe(main)
  expect((await stateOf(id))?.problem).toMatch(/Main changed clusters/)
})

test('stored bytes that are not the sealed ones are never delivered', async () => {
  const id = await seal('rar-h', 'sha256:00')
  await drain(world)
  const [row] = await world.database.db.select().from(outbox).where(eq(outbox.requestId, id))
  expect(row?.problem).toMatch(/at the step "seal"/)
  expect(await stateOf(id)).toBeUndefined()
})
