import 'server-only'
import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { SYSTEM } from '#lib/access/viewer.ts'
import { sealedDigest } from '#lib/approval/digest.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { createGit, type GitSettings } from '#server/adapter/git/create-git.ts'
import type { Git } from '#server/adapter/git/git.ts'
import type { Db } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { changeRequest, decision, delivery, ledger, outbox, sealedFile, vote } from '#server/adapter/db/schema.ts'
import type { World } from '#server/context.ts'
import { appendLedger } from '#server/ledger/append.ts'

/** A real repository, mirror and database for delivery's tests, and a cluster in memory. Decisions are sealed as the verbs seal them. */
export type DeliveryWorld = {
  readonly world: World
  readonly bare: string
  readonly keyFile: string
  readonly live: Map<string, KubeObject>
  readonly git: (...args: string[]) => string
  readonly folder: (name: string) => string
  readonly openGit: (more?: Partial<GitSettings>) => Git
  /** Vortex as a process that was started anew: other memory, other mirror, the same database. */
  readonly restarted: (more?: Partial<GitSettings>) => World
  readonly setLive: (name: string, spec: Record<string, unknown>, status: unknown) => void
  readonly seal: (name: string, options?: SealOptions) => Promise<string>
  /** Seals the deletion of a relationship's file, decided on main as it is now. */
  readonly sealUndo: (name: string) => Promise<string>
  readonly commitToMain: (files: Readonly<Record<string, string | undefined>>, branch?: string) => Promise<string>
  readonly askMerge: (requestId: string) => Promise<void>
  /** Makes everything that waits due. */
  readonly hurry: () => Promise<void>
  readonly stateOf: (requestId: string) => Promise<typeof delivery.$inferSelect | undefined>
  readonly workOf: (requestId: string) => Promise<typeof outbox.$inferSelect | undefined>
  readonly actionsOf: (requestId: string) => Promise<readonly string[]>
  readonly close: () => Promise<void>
}

export type SealOptions = { readonly sealedAs?: string; readonly relationship?: string; readonly sealedAt?: Date; readonly text?: string }

export const HASH = `sha256:${'1'.repeat(64)}`
export const SPEC = { justification: 'Because it must be seen.', requestedBy: 'james.okafor' }
export const RAR = { group: 'seam.ontai.dev', version: 'v1alpha1', kind: 'RelationshipAdmissionRequest', plural: 'rars', namespaced: true }
export const REL = { group: 'core.ontai.dev', version: 'v1alpha1', kind: 'DomainRelationship', plural: 'rels', namespaced: true }

export function rarText(name: string, decided: boolean): string {
  const decision = `  decision:\n    outcome: Approved\n    evaluationHash: ${HASH}\n`
  return `apiVersion: seam.ontai.dev/v1alpha1\nkind: RelationshipAdmissionRequest\nmetadata:\n  name: ${name}\n  namespace: seam-system\nspec:\n  justification: ${SPEC.justification}\n  requestedBy: james.okafor\n${decided ? decision : ''}`
}

export const paths = (name: string) => ({
  rar: `clusters/ccs-mgmt/seam-system/relationshipadmissionrequest.seam.ontai.dev/${name}.yaml`,
  rel: `clusters/ccs-mgmt/ont-system/domainrelationship.core.ontai.dev/${name}.yaml`,
})

/** The address is where its decisions are kept, as `openDatabase` takes it. */
export async function openDeliveryWorld(address = 'memory:'): Promise<DeliveryWorld> {
  const { dir, bare, keyFile, git, folder, commitToMain } = await openRepository()
  const live = new Map<string, KubeObject>()
  const openGit = (more: Partial<GitSettings> = {}): Git =>
    createGit({
      url: `file://${bare}`,
      branch: 'main',
      signingKey: keyFile,
      name: 'Vortex',
      email: 'vortex@vortex.invalid',
      directory: folder('state'),
      ...more,
    })

  const kube: Partial<World['kube']> = {
    cluster: 'ccs-mgmt',
    served: () => RAR,
    servedKinds: () => [RAR, REL],
    fetch: async (kind, _namespace, name) => live.get(`${kind.kind}/${name}`),
  }
  // safe: delivery asks nothing else of the cluster, and nothing of the other sources
  const world = { database: await openDatabase(address), git: openGit(), kube } as World
  const { db } = world.database

  const setLive: DeliveryWorld['setLive'] = (name, spec, status) => {
    const metadata = { name, namespace: 'seam-system' }
    live.set(`${RAR.kind}/${name}`, { apiVersion: 'seam.ontai.dev/v1alpha1', kind: RAR.kind, metadata, spec, status })
  }

  async function seal(name: string, options: SealOptions = {}): Promise<string> {
    const id = randomUUID()
    const at = options.sealedAt ?? new Date()
    await commitToMain({ [paths(name).rar]: rarText(name, false) })
    const head = { kind: 'admission' as const, cluster: 'ccs-mgmt', uid: id, group: RAR.group, resourceKind: RAR.kind }
    const who = { namespace: 'seam-system', name, state: 'approved' as const, requestedBy: 'james.okafor', subject: {} }
    await db.insert(changeRequest).values({ id, ...head, ...who, createdAt: at, updatedAt: at })
    const rel = `apiVersion: core.ontai.dev/v1alpha1\nkind: DomainRelationship\nmetadata:\n  name: ${name}\n  namespace: ont-system\nspec:\n  a: 1\n`
    const files = [
      { path: paths(name).rar, after: options.text ?? rarText(name, true) },
      { path: options.relationship ?? paths(name).rel, after: rel },
      { path: `governance/events/${id}.yaml`, after: `why: it is ${id}\n` },
    ]
    await recordSeal(db, { id, name, at, files, sealedAs: options.sealedAs, main: git('rev-parse', 'main') })
    setLive(name, SPEC, { phase: 'AwaitingApproval', evaluation: { evaluationHash: HASH } })
    return id
  }

  async function sealUndo(name: string): Promise<string> {
    const id = randomUUID()
    const at = new Date()
    const head = { kind: 'undo' as const, cluster: 'ccs-mgmt', uid: id, group: RAR.group, resourceKind: RAR.kind }
    const who = { namespace: 'seam-system', name, state: 'approved' as const, requestedBy: 'james.okafor', subject: {} }
    await db.insert(changeRequest).values({ id, ...head, ...who, createdAt: at, updatedAt: at })
    const files = [
      { path: paths(name).rel, after: undefined },
      { path: `governance/events/${id}.yaml`, after: `why: it is ${id}\n` },
    ]
    await recordSeal(db, { id, name, at, files, sealedAs: undefined, main: git('rev-parse', 'main') }, 'undo')
    return id
  }

  return {
    world,
    bare,
    keyFile,
    live,
    git,
    folder,
    openGit,
    restarted: (more) => ({ ...world, git: openGit(more) }),
    setLive,
    seal,
    sealUndo,
    commitToMain,
    async askMerge(requestId) {
      const asked = { kind: 'git.merge' as const, requestId, payload: { by: 'james.okafor' } }
      await db.insert(outbox).values({ ...asked, createdAt: new Date(), nextAt: new Date(0) })
    },
    async hurry() {
      await db.update(outbox).set({ nextAt: new Date(0) })
    },
    stateOf: async (requestId) => (await db.select().from(delivery).where(eq(delivery.requestId, requestId)))[0],
    workOf: async (requestId) => (await db.select().from(outbox).where(eq(outbox.requestId, requestId)).orderBy(outbox.id))[0],
    actionsOf: async (requestId) =>
      (await db.select().from(ledger).where(eq(ledger.requestId, requestId)).orderBy(ledger.seq)).map(({ action }) => action),
    async close() {
      await world.database.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** A bare repository with a policy file on main, and what a person does in it. */
async function openRepository() {
  const dir = mkdtempSync(join(tmpdir(), 'vortex-delivery-'))
  const bare = join(dir, 'repository.git')
  const keyFile = join(dir, 'key')
  const env = { NODE_ENV: 'test' as const, PATH: '/usr/bin:/bin', HOME: dir, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' }
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: bare, env, stdio: 'pipe' }).toString().trim()
  let states = 0
  const folder = (name: string): string => join(dir, `${name}-${states++}`)

  const commitToMain: DeliveryWorld['commitToMain'] = async (files, branch = 'main') => {
    const index = folder('index')
    const at = (args: readonly string[], input = ''): string =>
      execFileSync('git', [...args], { cwd: bare, env: { ...env, GIT_INDEX_FILE: index }, input, stdio: 'pipe' })
        .toString()
        .trim()
    const parent = git('rev-parse', branch)
    at(['read-tree', parent])
    for (const [path, text] of Object.entries(files)) {
      const row = text === undefined ? `0 ${'0'.repeat(40)}\t${path}` : `100644 ${at(['hash-object', '-w', '--stdin'], text)}\t${path}`
      at(['update-index', '--add', '--index-info'], `${row}\n`)
    }
    const person = ['-c', 'user.name=James', '-c', 'user.email=james@fintech.example']
    const commit = at([...person, 'commit-tree', '-m', 'By hand', '-p', parent, at(['write-tree'])])
    git('update-ref', `refs/heads/${branch}`, commit)
    rmSync(index, { force: true })
    return commit
  }

  mkdirSync(bare)
  git('init', '-q', '--bare', '--initial-branch=main')
  git('config', 'gc.auto', '0')
  writeFileSync(keyFile, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const empty = execFileSync('git', ['mktree'], { cwd: bare, env, input: '' }).toString().trim()
  git('update-ref', 'refs/heads/main', git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit-tree', '-m', 'Begin', empty))
  const people = '{maria.santos: {emails: [maria@fintech.example]}, james.okafor: {emails: [james@fintech.example]}}'
  await commitToMain({
    'vortex/policy.yaml': `schema: vortex-policy/1\nmerge: {who: [{login: james.okafor}]}\nclocks: {executeBy: P2D}\npeople: ${people}\n`,
  })
  return { dir, bare, keyFile, git, folder, commitToMain }
}

type Sealing = {
  readonly id: string
  readonly name: string
  readonly at: Date
  readonly files: readonly { readonly path: string; readonly after: string | undefined }[]
  readonly sealedAs: string | undefined
  readonly main: string
}

/** What voting and sealing write, without the rules in front of them. */
async function recordSeal(db: Db, { id, name, at, files, sealedAs, main }: Sealing, noun = 'relationship'): Promise<void> {
  const rationale = { checked: 'everything', acceptable: 'it is small', undo: 'revert it' }
  const digest = `sha256:${id.replaceAll('-', '')}${'0'.repeat(32)}`
  const approvers = ['lena.fischer', 'maria.santos']
  const bytesDigest = sealedDigest(files)
  const votes = approvers.map((login) => ({ id: randomUUID(), requestId: id, login, verdict: 'approve' as const, rationale, digest, at }))
  await db.insert(vote).values(votes.map((each) => ({ ...each, policyVersion: 'p', state: 'counted' as const })))
  const body = { outcome: 'Approved', approvers, digest, sealedDigest: bytesDigest }
  const told = [
    ...approvers.map((actor) => ({ action: 'review.approved', actor, body: { verdict: 'approve', digest } })),
    { action: `${noun}.approved`, actor: 'maria.santos', body },
  ]
  const sequence = await appendLedger(
    { db, now: at, viewer: SYSTEM, requestId: 'test' },
    told.map((each) => ({ ...each, subject: name, requestId: id })),
  )
  await db.insert(decision).values({
    requestId: id,
    outcome: 'Approved',
    digest,
    sealedDigest: sealedAs ?? bytesDigest,
    policyVersion: `${main} p`,
    templateVersion: 't',
    sealedBy: 'maria.santos',
    approvers,
    rationale,
    ledgerSeq: sequence.at(-1) ?? 0,
    sealedAt: at,
  })
  const bytesOf = (text: string | undefined): Uint8Array | null => (text === undefined ? null : new TextEncoder().encode(text))
  await db.insert(sealedFile).values(files.map(({ path, after }) => ({ requestId: id, path, bytes: bytesOf(after) })))
  await db.insert(outbox).values({ kind: 'git.propose', requestId: id, payload: {}, createdAt: at, nextAt: new Date(0) })
}
