import 'server-only'
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { AppError } from '#lib/error.ts'
import type { Git } from '#server/adapter/git/git.ts'
import type { Mirror } from '#server/adapter/git/mirror.ts'
import type { Signer } from '#server/adapter/git/sshsig.ts'

type Person = { readonly name: string; readonly email: string }
type CommitInput = Parameters<Git['commit']>[0]

/**
 * Writes a signed commit object: private index, tree, and the commit's own text with its `gpgsig` header, so that no
 * ssh-keygen is needed. The signature is deterministic (Ed25519), so the same input gives the same id.
 */
export async function writeCommit(mirror: Mirror, signer: Signer, committer: Person, input: CommitInput): Promise<string> {
  const tree = await writeTree(mirror, input)
  const seconds = Math.floor(input.at.getTime() / 1000)
  const parents = input.parents ?? [input.base]
  const head = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${person(input.author)} ${seconds} +0000`,
    `committer ${person(committer)} ${seconds} +0000`,
  ].join('\n')
  const message = input.message.endsWith('\n') ? input.message : `${input.message}\n`
  if (message.includes('\0')) throw new AppError('invalid', 'A commit message cannot hold a NUL character.')
  const signature = signer.sign(Buffer.from(`${head}\n\n${message}`))
  const text = `${head}\ngpgsig ${signature.replaceAll('\n', '\n ')}\n\n${message}`
  return (await mirror.must(['hash-object', '-t', 'commit', '-w', '--stdin'], { input: text })).toString('utf8').trim()
}

async function writeTree(mirror: Mirror, input: CommitInput): Promise<string> {
  const index = `${mirror.dir}/index-${randomUUID()}`
  const env = { GIT_INDEX_FILE: index }
  try {
    await mirror.must(['read-tree', '--end-of-options', `${input.base}^{tree}`], { env })
    const rows = await Promise.all(input.files.map((file) => indexRow(mirror, file)))
    await mirror.must(['update-index', '--add', '--replace', '-z', '--index-info'], { env, input: rows.map((row) => `${row}\0`).join('') })
    return (await mirror.must(['write-tree'], { env })).toString('utf8').trim()
  } finally {
    await rm(index, { force: true })
    await rm(`${index}.lock`, { force: true })
  }
}

async function indexRow(mirror: Mirror, file: CommitInput['files'][number]): Promise<string> {
  if (!isPlainPath(file.path)) throw new AppError('invalid', `"${file.path}" is not a path inside the repository.`)
  if (file.bytes === undefined) return `0 ${'0'.repeat(40)}\t${file.path}`
  const blob = (await mirror.must(['hash-object', '-w', '--stdin'], { input: file.bytes })).toString('utf8').trim()
  return `100644 ${blob}\t${file.path}`
}

const isPlainPath = (path: string): boolean =>
  path !== '' &&
  !/[\0\n]/.test(path) &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/^\.git$/i.test(part))

/** Git's own rule: no angle brackets, no line breaks in a name or an address. */
const person = ({ name, email }: Person): string => `${bare(name)} <${bare(email)}>`
const bare = (text: string): string => text.replace(/[<>\n\0]/g, '').trim()
