import { daysBefore, mover } from '#sandbox/world/clock.ts'
import { definitionIn, readPast, readRepository } from '#sandbox/world/files.ts'
import { type Generation, inGeneration } from '#sandbox/world/generation.ts'
import { history, type PastCommit } from '#sandbox/world/history.ts'
import { type Person, personOf } from '#sandbox/world/people.ts'
import { demoNames, type Rename, renamer } from '#sandbox/world/rename.ts'

/** One commit to make: files that it sets (text) or removes (null), by path in the repository. */
export type Commit = {
  readonly author: Person
  readonly at: Date
  readonly message: string
  readonly files: ReadonlyMap<string, string | null>
}

/**
 * How the world is laid out: the present moment, other names for demo objects, how far the past is moved back in days, and the generation of
 * the platform's kinds.
 */
export type Setting = {
  readonly now: Date
  readonly rename?: Rename | undefined
  readonly shiftDays?: number | undefined
  readonly generation?: Generation | undefined
}

/** Moves and renames any text of this world: manifests, messages, steps, rows. */
export function translation({ now, rename, shiftDays = 0, generation = 'C' }: Setting): (text: string) => string {
  const move = mover(now, shiftDays)
  const name = renamer(rename === undefined ? [] : demoNames(readRepository()), rename)
  const say = inGeneration(generation)
  return (text) => say(name(move(text)))
}

const matches = (path: string, pattern: string): boolean =>
  pattern.endsWith('/') ? path.startsWith(pattern) : pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern

/** Paths of the repository that a commit of the past touches. */
export const touchedBy = (commit: PastCommit, paths: readonly string[]): readonly string[] =>
  paths.filter((path) => commit.paths.some((pattern) => matches(path, pattern)))

/**
 * The commits that make the GitOps repository of the demo, oldest first, with past dates. After the last one the tree is `repository/`
 * plus the resource definitions.
 */
export function layOut(now: Date, rename?: Rename, shiftDays = 0, generation: Generation = 'C'): { readonly commits: readonly Commit[] } {
  const repository = readRepository()
  const translate = translation({ now, rename, shiftDays, generation })
  const say = inGeneration(generation)
  const commits = history.map((commit) => {
    const paths = touchedBy(commit, [...repository.keys()])
    const files = paths.map((path): [string, string] => {
      const version = commit.past?.[path]
      const text = version === undefined ? (repository.get(path) ?? '') : readPast(path, version)
      return path.includes('/customresourcedefinition.') ? [say(path), definitionIn(generation, text)] : [translate(path), translate(text)]
    })
    return {
      author: personOf(commit.author),
      at: daysBefore(now, commit.daysAgo, shiftDays),
      message: translate(commit.message),
      files: new Map(files),
    }
  })
  return { commits }
}
