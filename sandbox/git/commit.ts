import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { headOf } from './repository.ts'
import { runGit } from './run-git.ts'

export type NewCommit = {
  readonly author: { readonly name: string; readonly email: string }
  readonly message: string
  readonly write?: Readonly<Record<string, string>>
  readonly remove?: readonly string[]
}

const ABSENT = '0'.repeat(40)

/** Commits on top of `main` of a bare repository, at the present time. Fails when `main` moved meanwhile. Gives the commit. */
export async function commitToMain(repository: string, { author, message, write = {}, remove = [] }: NewCommit): Promise<string> {
  const parent = (await headOf(repository)) ?? ''
  const folder = mkdtempSync(join(tmpdir(), 'index-'))
  const person = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
  }
  const git = async (args: readonly string[], input?: string): Promise<string> =>
    (await runGit(repository, args, input, { GIT_INDEX_FILE: join(folder, 'index'), ...person })).toString('utf8').trim()
  try {
    await git(['read-tree', parent])
    const rows = remove.map((path) => `0 ${ABSENT}\t${path}\n`)
    for (const [path, text] of Object.entries(write)) rows.push(`100644 ${await git(['hash-object', '-w', '--stdin'], text)}\t${path}\n`)
    await git(['update-index', '--index-info'], rows.join(''))
    const commit = await git(['commit-tree', await git(['write-tree']), '-p', parent], message)
    await git(['update-ref', 'refs/heads/main', commit, parent])
    return commit
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The text of a file on `main`. */
export const readFromMain = async (repository: string, path: string): Promise<string> =>
  (await runGit(repository, ['show', `main:${path}`])).toString('utf8')
