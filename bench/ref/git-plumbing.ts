import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Frozen: a commit by four processes as a shell script makes it (hash-object, update-index, write-tree, commit-tree), over an
 * index that was read before the clock starts. Gives commit and tree.
 */
export function plumbingCommit(
  repository: string,
  scratch: string,
  input: { readonly parent: string; readonly files: readonly { readonly path: string; readonly text: string }[]; readonly message: string },
): { readonly commit: string; readonly tree: string } {
  const env = {
    NODE_ENV: 'production' as const,
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: scratch,
    GIT_DIR: repository,
    GIT_INDEX_FILE: join(scratch, 'index'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'V',
    GIT_AUTHOR_EMAIL: 'v@v',
    GIT_COMMITTER_NAME: 'V',
    GIT_COMMITTER_EMAIL: 'v@v',
  }
  const git = (args: readonly string[], given: string): string => {
    const ran = spawnSync('git', [...args], { env, input: given, cwd: scratch })
    if (ran.status !== 0) throw new Error(`git ${args[0] ?? ''}: ${ran.stderr.toString()}`)
    return ran.stdout.toString().trim()
  }
  const names = input.files.map(({ text }, index) => {
    const name = join(scratch, `file-${index}`)
    writeFileSync(name, text)
    return name
  })
  const blobs = git(['hash-object', '-w', '--no-filters', '--stdin-paths'], `${names.join('\n')}\n`).split('\n')
  const rows = input.files.map(({ path }, index) => `100644 ${blobs[index] ?? ''}\t${path}\n`)
  git(['update-index', '--add', '--index-info'], rows.join(''))
  const tree = git(['write-tree'], '')
  return { tree, commit: git(['commit-tree', tree, '-p', input.parent, '-m', input.message], '') }
}
