import 'server-only'
import type { Git } from '#server/adapter/git/git.ts'
import { differing, type Sealed } from '#server/delivery/sealed.ts'

/** One sealed path that main changed by itself since the decision, and where its content went, if it only moved. */
export type Overtaken = { readonly path: string; readonly movedTo: string | undefined }

/**
 * Sealed paths that stand on `main` neither as they stood at `from`, when people weighed them, nor as sealed: another decision
 * or a person was faster. The sealed bytes are never laid over them. A `from` that the repository no longer knows is skipped.
 */
export async function overtaken(git: Git, sealed: Sealed, from: string, main: string): Promise<readonly Overtaken[]> {
  if ((await git.resolve(from)) !== from || from === main) return []
  const before = await Promise.all(sealed.files.map(async ({ path }) => ({ path, bytes: await git.read(from, path) })))
  const changed = new Set(await differing(git, main, before))
  const clash = (await differing(git, main, sealed.files)).filter((path) => changed.has(path))
  if (clash.length === 0) return []
  const was = await git.blobs(from, clash)
  const changes = await git.changes(from, main)
  return clash.map((path) => {
    const blob = changes.some((each) => each.path === path && each.blob === undefined) ? was.get(path) : undefined
    return { path, movedTo: blob === undefined ? undefined : changes.find((each) => each.blob === blob)?.path }
  })
}

export const movedText = (found: readonly Overtaken[]): string => {
  const said = found.map(({ path, movedTo }) => (movedTo === undefined ? path : `${path} (moved to ${movedTo})`))
  return `Main changed ${said.join(', ')} after the decision.`
}
