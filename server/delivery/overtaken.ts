import 'server-only'
import type { Git } from '#server/adapter/git/git.ts'
import { differing, type Sealed } from '#server/delivery/sealed.ts'

/** One sealed path that main holds otherwise, where its content went if it only moved, and whose commit did it. */
export type Overtaken = { readonly path: string; readonly movedTo: string | undefined; readonly by: string }

/**
 * Sealed paths that stand on `main` neither as they stood at `from`, when people weighed them, nor as sealed: another decision
 * or a person was faster. The sealed bytes are never laid over them. A relationship that is written is always new (its name is
 * made around those that exist), so any other content at its path is another decision's.
 */
export async function overtaken(git: Git, sealed: Sealed, from: string, main: string): Promise<readonly Overtaken[]> {
  const other = await differing(git, main, sealed.files)
  if (other.length === 0) return []
  const there = await git.blobs(main, other)
  const known = (await git.resolve(from)) === from && from !== main
  const before = known ? await Promise.all(other.map(async (path) => ({ path, bytes: await git.read(from, path) }))) : []
  const changed = new Set(await differing(git, main, before))
  const written = new Set(sealed.files.flatMap(({ path, bytes }) => (bytes === undefined ? [] : [path])))
  const clash = other.filter((path) => changed.has(path) || (written.has(path) && isRelationship(path) && there.has(path)))
  return clash.length === 0 ? [] : tellOf(git, clash, known ? from : main, main)
}

async function tellOf(git: Git, clash: readonly string[], from: string, main: string): Promise<readonly Overtaken[]> {
  const was = await git.blobs(from, clash)
  const changes = await git.changes(from, main)
  return Promise.all(
    clash.map(async (path) => {
      const gone = changes.some((each) => each.path === path && each.blob === undefined) ? was.get(path) : undefined
      const [last] = await git.log({ path, limit: 1, ref: main })
      const decision = last?.trailers.find(({ key }) => key === 'Vortex-Request')?.value
      const by = decision === undefined ? (last?.author.name ?? 'somebody') : `decision ${decision}`
      return { path, movedTo: gone === undefined ? undefined : changes.find((each) => each.blob === gone)?.path, by }
    }),
  )
}

const isRelationship = (path: string): boolean => path.split('/')[3]?.startsWith('domainrelationship.') === true

export const movedText = (found: readonly Overtaken[]): string => {
  const said = found.map(({ path, movedTo, by }) => `${path} (${movedTo === undefined ? `by ${by}` : `moved to ${movedTo} by ${by}`})`)
  return `Main changed ${said.join(', ')} after the decision.`
}
