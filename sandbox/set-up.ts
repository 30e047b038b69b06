import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { EMPTY_INVENTORY, FIELD_MANAGER, type Inventory, writeInventory } from './applier/inventory.ts'
import { readDocument } from './applier/document.ts'
import { runPass } from './applier/pass.ts'
import { createRepository, filesOf, headOf, type HistoryCommit, readBlobs } from './git/repository.ts'
import type { AuditDatabase } from './guardian/audit-database.ts'
import { type KubeClient, type KubeObject, KubeRefusal } from './kube-client.ts'
import { log } from './log.ts'
import { allowedSigner, createSshKey } from './set-up/ssh-key.ts'
import type { Layout, pathsOf } from './set-up/state.ts'
import { auditRows } from './world/audit.ts'
import { readRepository } from './world/files.ts'
import { writers } from './world/identities.ts'
import { layOut, type Setting } from './world/lay-out.ts'
import { type Manifest, type ObservedWrite, observedWrites, withUids } from './world/observed.ts'
import { demoNames } from './world/rename.ts'

/** The folder of the repository that this API server's applier follows (`decisions.md` 14). */
export const CLUSTER_FOLDER = 'clusters/ccs-mgmt'
/** Who signs the portal's commits, and where the repository says so. */
export const PORTAL_EMAIL = 'vortex@vortex.invalid'
const SIGNERS = 'vortex/allowed_signers'
const PASSES_MAX = 5
const ROUNDS_MAX = 60
const ROUND_MS = 500

/** What the world's own functions need to lay everything out the same way each time. */
export const settingOf = ({ now, isRenamed, shiftDays, generation }: Layout): Setting => ({
  now: new Date(now),
  shiftDays,
  generation,
  rename: isRenamed ? disguise : undefined,
})

/** A name that says nothing, always the same for the same name. */
const disguise = (name: string): string => `n-${createHash('sha256').update(name).digest('hex').slice(0, 10)}`

/** Old name to new name of every demo object; empty when nothing is renamed. */
export const renamedNames = ({ isRenamed }: Layout): Readonly<Record<string, string>> =>
  isRenamed ? Object.fromEntries(demoNames(readRepository()).map((name) => [name, disguise(name)])) : {}

/** Makes the bare repository from the history, and the portal's signing key, whose public half the first commit registers. */
export async function setUpRepository(paths: ReturnType<typeof pathsOf>, layout: Layout): Promise<void> {
  const { now, rename, shiftDays, generation } = settingOf(layout)
  const key = createSshKey(PORTAL_EMAIL)
  writeFileSync(paths.signingKey, key.privateText, { mode: 0o600 })
  const commits = layOut(now, rename, shiftDays, generation).commits.map((commit, at): HistoryCommit => {
    const files = [...commit.files]
    return {
      author: { name: commit.author.name, email: commit.author.email, at: commit.at },
      message: commit.message,
      write: {
        ...Object.fromEntries(files.flatMap(([path, text]) => (text === null ? [] : [[path, text]]))),
        ...(at === 0 && { [SIGNERS]: allowedSigner(PORTAL_EMAIL, key) }),
      },
      remove: files.flatMap(([path, text]) => (text === null ? [path] : [])),
    }
  })
  await createRepository(paths.repository, commits)
}

/** Fills an empty API server and audit database: what Git holds, then what operators wrote, then Guardian's rows. */
export async function setUpCluster(options: {
  readonly repository: string
  readonly layout: Layout
  readonly clientOf: (user: string) => KubeClient
  readonly audit: AuditDatabase
}): Promise<void> {
  const { repository, layout, clientOf, audit } = options
  const setting = settingOf(layout)
  const commit = (await headOf(repository)) ?? ''
  await grantFirst(clientOf('admin'), repository, commit)
  const inventory = await converge(clientOf('gitops'), repository, commit)
  await observe(clientOf, observedWrites(setting), inventory)
  await audit.append(auditRows(setting))
}

/** The applier cannot give itself its first rights: the administrator applies the roles and bindings of the tree once. */
async function grantFirst(admin: KubeClient, repository: string, commit: string): Promise<void> {
  const files = (await filesOf(repository, commit, CLUSTER_FOLDER)).filter(({ path }) => /\/clusterrole(binding)?\./.test(path))
  const texts = await readBlobs(
    repository,
    files.map(({ blob }) => blob),
  )
  for (const { path, blob } of files) await admin.apply(readDocument(path, blob, texts.get(blob) ?? '').object, FIELD_MANAGER)
}

/** Runs the applier's passes until nothing is refused or nothing improves any more. */
async function converge(kube: KubeClient, repository: string, commit: string): Promise<Inventory> {
  let inventory = EMPTY_INVENTORY
  for (let pass = 0; pass < PASSES_MAX; pass += 1) {
    const next = await passOnce(kube, repository, commit, inventory)
    const isBetter = next.applied.size > inventory.applied.size
    inventory = next
    if (next.refused.length === 0 || !isBetter) break
  }
  for (const { path, message } of inventory.refused) log.warn('set-up.refused', { path, words: message })
  await writeInventory(kube, inventory)
  return inventory
}

/** A real API server has no answer for a moment (429, 503) while it opens the storage of kinds that were just defined. */
async function passOnce(kube: KubeClient, repository: string, commit: string, inventory: Inventory): Promise<Inventory> {
  for (let round = 0; ; round += 1) {
    try {
      return await runPass({ kube, repository, commit, under: CLUSTER_FOLDER }, inventory)
    } catch (cause) {
      if (!(cause instanceof KubeRefusal) || round === ROUNDS_MAX) throw cause
      await sleep(ROUND_MS)
    }
  }
}

/** Writes what operators wrote, each under its own identity and field manager, statuses through the status subresource. */
async function observe(clientOf: (user: string) => KubeClient, writes: readonly ObservedWrite[], inventory: Inventory): Promise<void> {
  const versions = new Map(
    [...inventory.applied.values()].map(({ ref }) => [`${ref.kind}/${ref.namespace ?? ''}/${ref.name}`, ref.apiVersion]),
  )
  const clients = new Map<string, KubeClient>()
  // Owner references need the uid that the owner was given, so what points at others comes after them.
  const pointing = ({ manifest }: ObservedWrite): boolean => JSON.stringify(manifest).includes('<uid ')
  for (const { as, manifest } of [...writes.filter((write) => !pointing(write)), ...writes.filter(pointing)]) {
    const kube = clients.get(as) ?? clientOf(as)
    clients.set(as, kube)
    const { fieldManager } = writers[as]
    const uids = await uidsIn(kube, manifest, versions)
    const { status, ...rest } = withUids(manifest, (ref) => uids.get(`${ref.kind}/${ref.namespace}/${ref.name}`) ?? '')
    const object: KubeObject = rest
    const { apiVersion, kind, metadata } = object
    if ('spec' in rest || 'data' in rest) await kube.apply(object, fieldManager)
    if (status !== undefined) {
      await kube.apply(
        {
          apiVersion,
          kind,
          metadata: { name: metadata.name, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }) },
          status,
        },
        fieldManager,
        'status',
      )
    }
    versions.set(`${kind}/${metadata.namespace ?? ''}/${metadata.name}`, apiVersion)
  }
}

/** The live uids of the objects that a manifest points at by `<uid Kind/namespace/name>`. */
async function uidsIn(kube: KubeClient, manifest: Manifest, versions: ReadonlyMap<string, string>): Promise<Map<string, string>> {
  const uids = new Map<string, string>()
  for (const [, key = '', kind = '', namespace = '', name = ''] of JSON.stringify(manifest).matchAll(
    /<uid (([^/>]+)\/([^/>]*)\/([^>]+))>/g,
  )) {
    const apiVersion = versions.get(key)
    const found = apiVersion === undefined ? undefined : await kube.get({ apiVersion, kind, name, ...(namespace !== '' && { namespace }) })
    if (found === undefined) log.warn('set-up.uid.missing', { object: key })
    uids.set(key, found?.metadata.uid ?? '')
  }
  return uids
}
