import 'server-only'
import type { SourceAge } from '#lib/sourced.ts'

export type GitCommit = {
  readonly commit: string
  readonly parents: readonly string[]
  readonly author: { readonly name: string; readonly email: string; readonly at: string }
  readonly committer: { readonly name: string; readonly email: string; readonly at: string }
  readonly subject: string
  readonly body: string
  readonly trailers: readonly { readonly key: string; readonly value: string }[]
}

/** A commit with all paths it changed (A, M, D) relative to its first parent, also when it was found by one of them. */
export type GitChange = GitCommit & { readonly paths: readonly { readonly path: string; readonly status: 'A' | 'M' | 'D' }[] }

/** One path in which two trees differ, with mode and blob in the second; both undefined where it is deleted there. */
export type GitTreeChange = { readonly path: string; readonly mode: string | undefined; readonly blob: string | undefined }

/** `undefined` bytes delete the path. */
export type GitFile = { readonly path: string; readonly bytes: Uint8Array | undefined }

/** Who signed a commit: this portal's key or one it used before, some other key or scheme, nobody, or a signature that does not hold. */
export type GitSignature = 'vortex' | 'other' | 'none' | 'broken'

/**
 * One GitOps repository through a local bare mirror. Reads answer from the mirror as of the last fetch; `fetch` and the
 * pushes go to the remote with a deadline and throw AppError('unavailable'); a push the remote refuses throws AppError('conflict').
 */
export type Git = {
  /** The address without credentials. */
  readonly url: string
  readonly branch: string
  /** The first commit that the platform owner says the repository has; undefined: the first that was seen. */
  readonly expectedRoot?: string | undefined
  /** Who this portal is in Git: author of proposals, committer of everything it makes. */
  readonly identity: { readonly name: string; readonly email: string }
  readonly fetch: () => Promise<void>
  /** Head of the main branch as last fetched; throws AppError('not_found') when the repository has no such branch. */
  readonly head: () => Promise<string>
  readonly resolve: (ref: string) => Promise<string | undefined>
  readonly read: (commit: string, path: string) => Promise<Uint8Array | undefined>
  readonly list: (commit: string, prefix: string) => Promise<readonly { readonly path: string; readonly blob: string }[]>
  /** Ids of the contents at exactly these paths; a path that is no file there is left out. */
  readonly blobs: (commit: string, paths: readonly string[]) => Promise<ReadonlyMap<string, string>>
  /** Newest first; at most `limit`; of one path (following nothing) or of everything on main. */
  readonly log: (options: {
    readonly path?: string
    readonly limit: number
    readonly ref?: string
    /** Only commits committed at this instant or before. */
    readonly until?: Date
  }) => Promise<readonly GitChange[]>
  /** Every path in which the trees of two commits differ, modes and kinds included: what a commit does, whatever it says. */
  readonly changes: (from: string, to: string) => Promise<readonly GitTreeChange[]>
  /** The commits without parents that main grew from, sorted: by them a repository is known again. */
  readonly roots: () => Promise<readonly string[]>
  readonly isAncestor: (commit: string, of: string) => Promise<boolean>
  /** The commit of main's own line by which main got `commit`: the merge, or the commit itself; undefined while main has it not. */
  readonly carriedBy: (commit: string) => Promise<GitChange | undefined>
  readonly diff: (from: string, to: string) => Promise<string>
  readonly signature: (commit: string) => Promise<GitSignature>
  /**
   * Builds a signed commit with exactly these files on top of the tree of `base`; does not push. The same input gives the
   * same commit id, so a repetition after a crash is harmless. `parents` is `[base]` unless given.
   */
  readonly commit: (input: {
    readonly base: string
    readonly files: readonly GitFile[]
    readonly message: string
    readonly author: { readonly name: string; readonly email: string }
    readonly at: Date
    readonly parents?: readonly string[]
  }) => Promise<string>
  /** Create-only push of a branch; already there with this commit is success, with another commit is a conflict. */
  readonly createBranch: (branch: string, commit: string) => Promise<void>
  /** Moves main from `expected` to `commit`, only if the remote still stands at `expected`. */
  readonly advanceMain: (commit: string, expected: string) => Promise<void>
  readonly age: () => SourceAge
}
