import 'server-only'
import { type DeliveryRow, sealedFilesOf } from '#server/approval/repo.ts'
import { freshenGit } from '#server/approval/sources.ts'
import type { Ctx } from '#server/context.ts'

/**
 * Why a proposal must not be merged, or undefined: the branch must be our commit, and that commit must hold the sealed bytes
 * and nothing else. Asked of the mirror as last fetched, and once more of the remote before a branch is called gone or moved.
 */
export async function branchProblem(ctx: Ctx, id: string, delivery: DeliveryRow | undefined): Promise<string | undefined> {
  if (delivery?.voidedAt) return `Merging is refused. ${delivery.problem ?? 'The decision is void; file a new request.'}`
  const commit = delivery?.commit
  if (delivery === undefined || commit === null || commit === undefined || delivery.mergeCommit !== null) return undefined
  const known = await ctx.git.resolve(delivery.branch)
  // The worker pushes from a mirror of its own, so this process may not have seen it yet.
  if (known !== commit) await freshenGit(ctx)
  const head = known === commit ? known : await ctx.git.resolve(delivery.branch)
  if (head === undefined) return `Merging waits: the branch ${delivery.branch} was deleted. Vortex proposes it again from the sealed bytes.`
  if (head !== commit)
    return `Merging is refused: the branch ${delivery.branch} no longer stands at the sealed commit. A foreign commit voids the decision; file a new request.`
  const files = await sealedFilesOf(ctx.db, id)
  const [change] = await ctx.git.log({ ref: commit, limit: 1 })
  const sealed = new Set(files.map((file) => file.path))
  const foreign = change?.paths.find(({ path }) => !sealed.has(path))
  if (foreign !== undefined) return `Merging is refused: the branch changes ${foreign.path}, which nobody approved.`
  for (const { path, bytes } of files) {
    const there = await ctx.git.read(commit, path)
    const same = there === undefined || bytes === null ? there === undefined && bytes === null : equal(there, bytes)
    if (!same) return `Merging is refused: ${path} on the branch is not what was sealed.`
  }
  return undefined
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, index) => byte === b[index])
