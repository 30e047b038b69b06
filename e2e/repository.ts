import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export type Person = { readonly name: string; readonly email: string }
/** Changes a file's text; undefined stands for a file that is not there, before and after. */
export type Edit = (text: string | undefined) => string | undefined

/** The repository as the forge holds it, read and written with git itself. */
export class Repository {
  readonly #path: () => string
  constructor(path: () => string) {
    this.#path = path
  }

  /** Output of one git command in the bare repository. */
  async git(...args: readonly string[]): Promise<string> {
    return (await run('git', ['-C', this.#path(), ...args], { maxBuffer: 1 << 26 })).stdout
  }

  /** The exact bytes of a file at a commit; undefined when it is not there. */
  async bytes(commit: string, path: string): Promise<Buffer | undefined> {
    return run('git', ['-C', this.#path(), 'cat-file', 'blob', `${commit}:${path}`], { maxBuffer: 1 << 26, encoding: 'buffer' }).then(
      ({ stdout }) => stdout,
      () => undefined,
    )
  }

  /** A commit on a branch, as a person whose push the forge accepted. Gives its id. */
  async commit(by: Person, message: string, path: string, edit: Edit, branch = 'main'): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'vortex-e2e-commit-'))
    const env = {
      ...process.env,
      GIT_DIR: this.#path(),
      GIT_WORK_TREE: folder,
      GIT_INDEX_FILE: join(folder, 'index'),
      GIT_AUTHOR_NAME: by.name,
      GIT_AUTHOR_EMAIL: by.email,
      GIT_COMMITTER_NAME: by.name,
      GIT_COMMITTER_EMAIL: by.email,
    }
    const git = async (...args: readonly string[]): Promise<string> => (await run('git', [...args], { env, cwd: folder })).stdout.trim()
    try {
      const head = await git('rev-parse', `refs/heads/${branch}`)
      const next = edit((await this.bytes(head, path))?.toString('utf8'))
      await git('read-tree', head)
      if (next === undefined) await git('update-index', '--force-remove', path)
      else {
        await writeFile(join(folder, 'content'), next)
        await git('update-index', '--add', '--cacheinfo', `100644,${await git('hash-object', '-w', join(folder, 'content'))},${path}`)
      }
      const commit = await git('commit-tree', await git('write-tree'), '-p', head, '-m', message)
      await git('update-ref', `refs/heads/${branch}`, commit, head)
      return commit
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}
