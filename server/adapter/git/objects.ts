import 'server-only'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { deflate, deflateSync } from 'node:zlib'
import { AppError } from '#lib/error.ts'

const squeeze = promisify(deflate)
/** Bytes up to which deflating here costs less than handing over to another thread. */
const SMALL = 16 * 1024

/** Git's id of an object. */
export const objectId = (type: 'blob' | 'tree' | 'commit', body: Uint8Array): string =>
  createHash('sha1').update(`${type} ${body.length}\0`).update(body).digest('hex')

/**
 * Writes a loose object as git does: deflated, under its id, visible whole or not at all. Throws AppError('unavailable') when
 * the folder takes no more bytes.
 */
export async function writeObject(dir: string, type: 'blob' | 'tree' | 'commit', body: Uint8Array): Promise<string> {
  const id = objectId(type, body)
  const folder = `${dir}/objects/${id.slice(0, 2)}`
  const path = `${folder}/${id.slice(2)}`
  if (existsSync(path)) return id
  const draft = `${dir}/objects/tmp_obj_${randomUUID()}`
  const whole = Buffer.concat([Buffer.from(`${type} ${body.length}\0`), body])
  const bytes = whole.length > SMALL ? await squeeze(whole, { level: 1 }) : deflateSync(whole, { level: 1 })
  try {
    // Some ten small files: a system call each costs a fraction of a turn through the thread pool.
    writeFileSync(draft, bytes, { mode: 0o444 })
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true })
    renameSync(draft, path)
  } catch (cause) {
    rmSync(draft, { force: true })
    throw new AppError('unavailable', 'The folder of the local Git mirror cannot be written. Give it room; it goes on by itself.', {
      cause,
    })
  }
  return id
}

export type TreeEntry = { readonly mode: string; readonly id: string }
export type Tree = Map<string, TreeEntry>

/** A tree's entries by name: `<mode> <name>\0<20 bytes>`, one after the other. */
export function parseTree(body: Buffer): Tree {
  const tree: Tree = new Map()
  for (let at = 0; at < body.length;) {
    const [space, nul] = [body.indexOf(32, at), body.indexOf(0, at)]
    // latin1 keeps names that are no UTF-8 byte for byte
    const name = body.subarray(space + 1, nul).toString('latin1')
    tree.set(name, { mode: body.subarray(at, space).toString('latin1'), id: body.subarray(nul + 1, nul + 21).toString('hex') })
    at = nul + 21
  }
  return tree
}

/** The same bytes that git makes of these entries: sorted by name, folders as if their name ended in a slash. */
export function treeBytes(tree: Tree): Buffer {
  const key = (name: string): string => (tree.get(name)?.mode === '40000' ? `${name}/` : name)
  const names = [...tree.keys()].map((name) => ({ name, key: key(name) })).toSorted((a, b) => (a.key < b.key ? -1 : 1))
  return Buffer.concat(
    names.flatMap(({ name }) => {
      const entry = tree.get(name)
      return entry === undefined ? [] : [Buffer.from(`${entry.mode} ${name}\0`, 'latin1'), Buffer.from(entry.id, 'hex')]
    }),
  )
}
