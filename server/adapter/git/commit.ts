import 'server-only'
import { AppError } from '#lib/error.ts'
import type { Batch } from '#server/adapter/git/batch.ts'
import type { Git, GitFile } from '#server/adapter/git/git.ts'
import type { Mirror } from '#server/adapter/git/mirror.ts'
import { parseTree, type Tree, treeBytes, writeObject } from '#server/adapter/git/objects.ts'
import type { Signer } from '#server/adapter/git/sshsig.ts'

type Person = { readonly name: string; readonly email: string }
type CommitInput = Parameters<Git['commit']>[0]

const FOLDER = '40000'
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

/**
 * Writes a signed commit and its objects, and starts no process: only the folders on the way to the files are read, through
 * one reader that stays. Time and signature are given by the input (Ed25519 is deterministic), so the same input gives the same id.
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
  return writeObject(mirror.dir, 'commit', Buffer.from(`${head}\ngpgsig ${signature.replaceAll('\n', '\n ')}\n\n${message}`))
}

/** The base's tree with the files put in or taken out; only folders on their way are written anew. */
async function writeTree(mirror: Mirror, { base, files }: CommitInput): Promise<string> {
  for (const { path } of files) if (!isPlainPath(path)) throw new AppError('invalid', `"${path}" is not a path inside the repository.`)
  const kept = files.filter(({ bytes }) => bytes !== undefined)
  const needed = new Set(kept.flatMap(({ path }) => foldersOf(path)))
  for (const { path } of kept) if (needed.has(path)) throw new AppError('invalid', `"${path}" would be a file and a folder at once.`)
  const asked = [...new Set(files.flatMap(({ path }) => foldersOf(path)))]
  const batch = await mirror.batch()
  const [top, ...found] = await Promise.all(['', ...asked].map((folder) => folderAt(batch, base, folder)))
  const root = top ?? (await refetchedRoot(mirror, base))
  const folders = new Map<string, Tree>([['', root], ...asked.map((folder, index) => [folder, found[index] ?? new Map()] as const)])
  for (const file of files) await putFile(mirror, folders, file)
  // The deepest first: a folder's id stands in the one above it.
  for (const folder of asked.toSorted((a, b) => b.split('/').length - a.split('/').length)) {
    const tree = folders.get(folder) ?? new Map()
    const [above, name] = split(folder)
    if (tree.size > 0) folders.get(above)?.set(name, { mode: FOLDER, id: await writeObject(mirror.dir, 'tree', treeBytes(tree)) })
    else if (folders.get(above)?.get(name)?.mode === FOLDER) folders.get(above)?.delete(name)
  }
  return root.size === 0 ? writeObject(mirror.dir, 'tree', Buffer.alloc(0)) : writeObject(mirror.dir, 'tree', treeBytes(root))
}

async function putFile(mirror: Mirror, folders: ReadonlyMap<string, Tree>, { path, bytes }: GitFile): Promise<void> {
  const [folder, name] = split(path)
  const tree = folders.get(folder)
  if (bytes !== undefined) tree?.set(name, { mode: '100644', id: await writeObject(mirror.dir, 'blob', bytes) })
  else if (tree?.get(name)?.mode !== FOLDER) tree?.delete(name)
}

/** A folder's entries in the base; undefined when there is no folder. */
async function folderAt(batch: Batch, base: string, folder: string): Promise<Tree | undefined> {
  const found = await batch.ask(folder === '' ? `${base}^{tree}` : `${base}:${folder}`)
  return found?.type === 'tree' ? parseTree(found.body) : undefined
}

/** The root of a clone with a hole, which `must` has fetched again. Throws AppError('unavailable') when the base is not known. */
async function refetchedRoot(mirror: Mirror, base: string): Promise<Tree> {
  const tree = (await mirror.must(['rev-parse', '--verify', `${base}^{tree}`])).toString('utf8').trim()
  await mirror.must(['cat-file', '-e', tree])
  const again = await folderAt(await mirror.batch(), base, '')
  // Git knows the empty tree without holding it.
  if (again === undefined && tree !== EMPTY_TREE)
    throw new AppError('unavailable', `The local Git mirror does not hold ${base.slice(0, 8)}.`)
  return again ?? new Map()
}

/** Folder and name of a path, the name in the bytes of UTF-8 as `parseTree` keeps them. */
const split = (path: string): readonly [string, string] => {
  const cut = path.lastIndexOf('/')
  return [cut < 0 ? '' : path.slice(0, cut), Buffer.from(path.slice(cut + 1)).toString('latin1')]
}

/** Every folder above a path, the outermost first, without the root. */
const foldersOf = (path: string): readonly string[] =>
  path.split('/').flatMap((_, index, parts) => (index === 0 ? [] : [parts.slice(0, index).join('/')]))

const isPlainPath = (path: string): boolean =>
  path !== '' &&
  !/[\0\n]/.test(path) &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/^\.git$/i.test(part))

/** Git's own rule: no angle brackets, no line breaks in a name or an address. */
const person = ({ name, email }: Person): string => `${bare(name)} <${bare(email)}>`
const bare = (text: string): string => text.replace(/[<>\n\0]/g, '').trim()
