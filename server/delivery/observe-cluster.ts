import 'server-only'
import { z } from 'zod'
import { servedAs } from '#lib/kube/resolve.ts'
import { appliedFiles, type AppliedFile } from '#lib/delivery/document.ts'
import { type AppliedReport, type Observation, observe } from '#lib/delivery/observe.ts'
import { AppError } from '#lib/error.ts'
import type { ServedKind } from '#lib/kube/concept.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import type { World } from '#server/context.ts'
import type { Sealed } from '#server/delivery/sealed.ts'

/** Where an applier may publish what it refused; read when it is there, missed by nothing when it is not. */
const INVENTORY = { namespace: 'gitops-system', name: 'gitops-inventory' }
const CONFIG_MAP: ServedKind = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true }
const Refused = z.array(z.looseObject({ path: z.string(), message: z.string() }))

/** Compares the sealed documents with the API server's answers of this moment. Throws AppError('unavailable') when it is silent. */
export async function observeCluster(
  world: Pick<World, 'kube' | 'git' | 'database'>,
  sealed: Sealed,
  mergeCommit: string,
): Promise<Observation> {
  const { kube } = world
  const { kind, outcome } = sealed.proposal
  const texts = sealed.files.map(({ path, bytes }) => ({ path, text: bytes && new TextDecoder().decode(bytes) }))
  const files = await Promise.all(
    appliedFiles(kube.cluster, texts).map(async (file) => ({
      file,
      live: await liveOf(world, file),
      before: await beforeOf(world, sealed, file),
    })),
  )
  const report = kind === 'policy' ? undefined : await readReport(world)
  return observe({ kind, outcome, files, report, mergeCommit, now: world.database.now().toISOString() })
}

async function liveOf({ kube }: Pick<World, 'kube'>, file: AppliedFile): Promise<KubeObject | undefined> {
  const kinds = kube.servedKinds()
  // Before discovery nothing is known to be gone: an undo must not be called applied on that.
  if (kinds.length === 0) throw new AppError('unavailable', 'The API server has not said yet which kinds it serves.')
  const served = servedAs(kinds, file)
  return served === undefined ? undefined : kube.fetch(served, served.namespaced ? file.namespace : '', file.name)
}

/** The document as it stood on the commit that the decision was made on; a repository that was replaced may not have it any more. */
async function beforeOf({ git, kube }: Pick<World, 'git' | 'kube'>, { decidedOn }: Sealed, { path }: AppliedFile) {
  const bytes = await git.read(decidedOn, path).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') return undefined
    throw error
  })
  return bytes && appliedFiles(kube.cluster, [{ path, text: new TextDecoder().decode(bytes) }])[0]
}

async function readReport({ kube }: Pick<World, 'kube'>): Promise<AppliedReport | undefined> {
  const inventory = await kube.fetch(CONFIG_MAP, INVENTORY.namespace, INVENTORY.name).catch(() => undefined)
  const refused = inventory?.data?.['refused']
  if (refused === undefined) return undefined
  const rows = Refused.safeParse(parseJson(refused))
  return rows.success ? { refused: rows.data } : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
