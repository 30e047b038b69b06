import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { runGit } from './run-git.ts'

export type Signature = { readonly name: string; readonly email: string; readonly at: Date }

/** One commit of the history people made: whole texts of the files it adds or changes, paths it removes. */
export type HistoryCommit = {
  readonly author: Signature
  readonly committer?: Signature
  readonly message: string
  readonly write: Readonly<Record<string, string>>
  readonly remove?: readonly string[]
}

/** Makes the bare repository with its whole history on `main`, in one pass of `git fast-import`. Dates are UTC. */
export async function createRepository(dir: string, commits: readonly HistoryCommit[]): Promise<void> {
  mkdirSync(dir, { recursive: true })
  await runGit(dir, ['init', '--quiet', '--bare', '--initial-branch=main', '.'])
  const settings = [
    ['http.receivepack', 'true'],
    ['receive.denyNonFastForwards', 'true'],
    ['receive.denyDeletes', 'false'],
    ['receive.fsckObjects', 'true'],
    ['uploadpack.allowAnySHA1InWant', 'true'],
    ['gc.auto', '0'],
  ]
  for (const [key = '', value = ''] of settings) await runGit(dir, ['config', key, value])
  if (commits.length > 0) await runGit(dir, ['fast-import', '--quiet', '--done'], stream(commits))
}

function stream(commits: readonly HistoryCommit[]): Buffer {
  const parts: Buffer[] = []
  const line = (text: string): void => void parts.push(Buffer.from(`${text}\n`))
  const bytes = (text: string): void => {
    const content = Buffer.from(text)
    line(`data ${content.length}`)
    parts.push(content, Buffer.from('\n'))
  }
  for (const commit of commits) {
    line('commit refs/heads/main')
    line(`author ${signed(commit.author)}`)
    line(`committer ${signed(commit.committer ?? commit.author)}`)
    bytes(commit.message.endsWith('\n') ? commit.message : `${commit.message}\n`)
    for (const path of commit.remove ?? []) line(`D ${quoted(path)}`)
    for (const [path, text] of Object.entries(commit.write)) {
      line(`M 100644 inline ${quoted(path)}`)
      bytes(text)
    }
  }
  line('done')
  return Buffer.concat(parts)
}

const signed = ({ name, email, at }: Signature): string => `${name} <${email}> ${Math.floor(at.getTime() / 1000)} +0000`

const quoted = (path: string): string => `"${path.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`

export type TreeFile = { readonly path: string; readonly blob: string }

/** The commit a branch stands at, or undefined while there is none. */
export async function headOf(dir: string, branch = 'main'): Promise<string | undefined> {
  const text = (await runGit(dir, ['for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`])).toString('utf8').trim()
  return text === '' ? undefined : text
}

/** The files of a commit below a folder, with the id of each content. */
export async function filesOf(dir: string, commit: string, under: string): Promise<TreeFile[]> {
  const text = (await runGit(dir, ['ls-tree', '-r', '-z', commit, '--', under])).toString('utf8')
  return text.split('\0').flatMap((row) => {
    const [, blob = '', path = ''] = /^\d+ blob ([0-9a-f]+)\t(.*)$/s.exec(row) ?? []
    return path === '' ? [] : [{ path, blob }]
  })
}

/** The texts of many contents at once, by id: one process however many there are. */
export async function readBlobs(dir: string, blobs: readonly string[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  if (blobs.length === 0) return texts
  const out = await runGit(dir, ['cat-file', '--batch'], `${blobs.join('\n')}\n`)
  let at = 0
  while (at < out.length) {
    const end = out.indexOf(10, at)
    const [blob = '', , size = '0'] = out.subarray(at, end).toString('utf8').split(' ')
    texts.set(blob, out.subarray(end + 1, end + 1 + Number(size)).toString('utf8'))
    at = end + 2 + Number(size)
  }
  return texts
}

/** Where the embedded world keeps its bare repository. */
export const repositoryDir = (stateDir: string): string => join(stateDir, 'repository.git')
