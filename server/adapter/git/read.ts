import 'server-only'
import { AppError } from '#lib/error.ts'
import type { GitChange, GitSignature, GitTreeChange } from '#server/adapter/git/git.ts'
import type { Mirror } from '#server/adapter/git/mirror.ts'
import { signerOf } from '#server/adapter/git/sshsig.ts'

const HASH = /^[0-9a-f]{40}$/
const FIELDS = ['%H', '%P', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%s', '%b', '%(trailers:only,unfold)']
const DIFF_DEADLINE = 20_000

/** Commit id of a branch name or a commit id; undefined when the mirror knows neither. */
export async function resolve(mirror: Mirror, ref: string): Promise<string | undefined> {
  await mirror.ensure()
  const name = HASH.test(ref) ? ref : `refs/heads/${ref}`
  const found = await mirror.run(['rev-parse', '--quiet', '--verify', '--end-of-options', `${name}^{commit}`])
  const id = found.out.toString('utf8').trim()
  return found.code === 0 && HASH.test(id) ? id : undefined
}

async function known(mirror: Mirror, ref: string): Promise<string> {
  if (mirror.seen.has(ref)) return ref
  const commit = await resolve(mirror, ref)
  if (commit === undefined) throw new AppError('not_found', `The Git repository has no commit or branch ${ref}.`)
  mirror.seen.add(commit)
  return commit
}

const CACHE_MAX = 4_000
const CACHED_BYTES_MAX = 64 * 1024

/** One content by commit and path; a commit never changes, so small contents are kept. */
export async function read(mirror: Mirror, commit: string, path: string): Promise<Uint8Array | undefined> {
  const id = await known(mirror, commit)
  const key = `${id}:${path}`
  if (mirror.contents.has(key)) return mirror.contents.get(key)
  const bytes = path.includes('\n') ? undefined : contentOf(await mirror.must(['cat-file', '--batch'], { input: `${key}\n` }))
  if ((bytes?.length ?? 0) <= CACHED_BYTES_MAX) {
    mirror.contents.set(key, bytes)
    for (const oldest of mirror.contents.keys()) {
      if (mirror.contents.size <= CACHE_MAX) break
      mirror.contents.delete(oldest)
    }
  }
  return bytes
}

/** `<id> blob <size>`, then the bytes; anything else (missing, a folder) is no file. */
function contentOf(out: Buffer): Uint8Array | undefined {
  const end = out.indexOf(10)
  const [, size] = /^[0-9a-f]+ blob (\d+)$/.exec(out.subarray(0, end).toString('utf8')) ?? []
  return size === undefined ? undefined : new Uint8Array(out.subarray(end + 1, end + 1 + Number(size)))
}

export async function list(mirror: Mirror, commit: string, prefix: string): Promise<readonly { path: string; blob: string }[]> {
  const id = await known(mirror, commit)
  const folder = prefix.replace(/\/+$/, '')
  const rows = (await mirror.must(['--literal-pathspecs', 'ls-tree', '-r', '-z', id, ...(folder === '' ? [] : ['--', folder])])).toString(
    'utf8',
  )
  return rows.split('\0').flatMap((row) => {
    const [, blob = '', path = ''] = /^\d+ blob ([0-9a-f]+)\t(.*)$/s.exec(row) ?? []
    return path === '' ? [] : [{ path, blob }]
  })
}

export async function blobs(mirror: Mirror, commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const id = await known(mirror, commit)
  const rows = (await mirror.must(['--literal-pathspecs', 'ls-tree', '-z', id, '--', ...paths])).toString('utf8').split('\0')
  const found = rows.flatMap((row): readonly (readonly [string, string])[] => {
    const [, blob = '', path = ''] = /^\d+ blob ([0-9a-f]+)\t(.*)$/s.exec(row) ?? []
    return path === '' ? [] : [[path, blob]]
  })
  return new Map(found)
}

export async function log(
  mirror: Mirror,
  options: { readonly path?: string; readonly limit: number; readonly ref: string; readonly until?: Date },
): Promise<readonly GitChange[]> {
  const id = await known(mirror, options.ref)
  const args = ['--literal-pathspecs', 'log', '-z', `--max-count=${options.limit}`, '--name-status', '--no-renames', '--full-diff']
  if (options.until !== undefined) args.push(`--until=${options.until.toISOString()}`)
  const format = ['--diff-merges=first-parent', `--format=tformat:${FIELDS.join('%x00')}`, id]
  const out = await mirror.must([...args, ...format, ...(options.path === undefined ? [] : ['--', options.path])])
  return parseLog(out.toString('utf8'))
}

/** `log -z`: the fields of a commit, then pairs of status and path; NUL stands in no message and no path, so nothing can be forged. */
export function parseLog(text: string): readonly GitChange[] {
  const tokens = text.split('\0')
  const changes: GitChange[] = []
  let at = 0
  while (at + FIELDS.length <= tokens.length) {
    const [commit = '', parents = '', an = '', ae = '', ad = '', cn = '', ce = '', cd = '', subject = '', body = '', trailers = ''] =
      tokens.slice(at, at + FIELDS.length)
    at += FIELDS.length
    const paths: { path: string; status: 'A' | 'M' | 'D' }[] = []
    while (/^\n?[A-Z]$/.test(tokens[at] ?? '')) {
      const status = (tokens[at] ?? '').trim()
      paths.push({ path: tokens[at + 1] ?? '', status: status === 'A' || status === 'D' ? status : 'M' })
      at += 2
    }
    changes.push({
      commit,
      parents: parents.split(' ').filter((parent) => parent !== ''),
      author: { name: an, email: ae, at: utc(ad) },
      committer: { name: cn, email: ce, at: utc(cd) },
      subject,
      body: body.trim(),
      trailers: trailers.split('\n').flatMap((line) => {
        const cut = line.indexOf(':')
        return cut < 1 ? [] : [{ key: line.slice(0, cut), value: line.slice(cut + 1).trim() }]
      }),
      paths,
    })
  }
  return changes
}

const utc = (text: string): string => {
  const at = new Date(text)
  return Number.isNaN(at.getTime()) ? text : at.toISOString()
}

export async function changes(mirror: Mirror, from: string, to: string): Promise<readonly GitTreeChange[]> {
  const [one, two] = [await known(mirror, from), await known(mirror, to)]
  const tokens = (await mirror.must(['diff-tree', '-r', '-z', '--raw', '--no-renames', '--full-index', one, two]))
    .toString('utf8')
    .split('\0')
  return tokens.flatMap((token, index) => {
    const [, mode, blob] = /^:\d+ (\d+) [0-9a-f]+ ([0-9a-f]+) [A-Z]/.exec(token) ?? []
    const path = tokens[index + 1]
    if (index % 2 === 1 || mode === undefined || blob === undefined || path === undefined) return []
    return [mode === '000000' ? { path, mode: undefined, blob: undefined } : { path, mode, blob }]
  })
}

export const roots = async (mirror: Mirror, main: string): Promise<readonly string[]> =>
  (await mirror.must(['rev-list', '--max-parents=0', await known(mirror, main)])).toString('utf8').trim().split('\n').toSorted()

/** Throws AppError('unavailable') where git could not tell: silence must never read as "main no longer holds it". */
export async function isAncestor(mirror: Mirror, commit: string, of: string): Promise<boolean> {
  await mirror.ensure()
  const ran = await mirror.run(['merge-base', '--is-ancestor', '--end-of-options', commit, of])
  if (ran.code === 0) return true
  if (ran.code === 1 || /not a valid (commit|object) name/i.test(ran.words)) return false
  throw new AppError('unavailable', 'The local Git mirror could not answer.', { cause: ran.words })
}

/** The oldest commit of main's first-parent line that holds `commit`. */
export async function carriedBy(mirror: Mirror, main: string, commit: string): Promise<GitChange | undefined> {
  const head = await known(mirror, main)
  if (!(await isAncestor(mirror, commit, head))) return undefined
  const line = (await mirror.must(['rev-list', '--first-parent', head])).toString('utf8').trim().split('\n')
  const after = new Set((await mirror.must(['rev-list', '--ancestry-path', `${commit}..${head}`])).toString('utf8').trim().split('\n'))
  const id = line.includes(commit) ? commit : line.findLast((each) => after.has(each))
  return id === undefined ? undefined : (await log(mirror, { ref: id, limit: 1 }))[0]
}

export async function diff(mirror: Mirror, from: string, to: string): Promise<string> {
  const [one, two] = [await known(mirror, from), await known(mirror, to)]
  return (await mirror.must(['diff', '--no-color', '--no-renames', '--no-ext-diff', one, two], { deadline: DIFF_DEADLINE })).toString(
    'utf8',
  )
}

/** Splits a raw commit into what was signed and its signature. */
export function signedParts(raw: string): { readonly payload: string; readonly signature: string | undefined } {
  const cut = raw.indexOf('\n\n')
  const [head, rest] = [raw.slice(0, cut), raw.slice(cut)]
  const found = /\ngpgsig (.*(?:\n .*)*)/.exec(head)
  if (found === null) return { payload: raw, signature: undefined }
  return { payload: head.replace(found[0], '') + rest, signature: (found[1] ?? '').replace(/\n /g, '\n') }
}

export async function signature(mirror: Mirror, keys: readonly Uint8Array[], commit: string): Promise<GitSignature> {
  const id = await known(mirror, commit)
  const raw = (await mirror.must(['cat-file', 'commit', id])).toString('utf8')
  const { payload, signature: armored } = signedParts(raw)
  if (armored === undefined) return 'none'
  if (!armored.startsWith('-----BEGIN SSH SIGNATURE-----')) return 'other'
  const key = signerOf(Buffer.from(payload), armored)
  if (key === undefined) return 'broken'
  return keys.some((each) => Buffer.from(key).equals(each)) ? 'vortex' : 'other'
}
