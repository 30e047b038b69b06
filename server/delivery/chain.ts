import 'server-only'
import { trailersOf } from '#lib/delivery/message.ts'
import { type BrokenLink, brokenText } from '#lib/delivery/chain.ts'
import { AppError } from '#lib/error.ts'
import type { Git, GitFile } from '#server/adapter/git/git.ts'
import { blobOf, differing, type Sealed } from '#server/delivery/sealed.ts'

/** The Git half of the digest chain (its database half is lib/delivery/chain.ts): what a commit says is not believed, its tree is read. */

/** Why a commit is not our proposal of this decision, or undefined: one parent, trailers, signature, and a tree that differs by the sealed bytes only. */
export async function brokenCommit(git: Git, commit: string, sealed: Sealed): Promise<BrokenLink | undefined> {
  const broken = (why: string): BrokenLink => ({ step: 'commit', why: `commit ${commit.slice(0, 8)} ${why}` })
  const [change] = await git.log({ ref: commit, limit: 1 })
  const base = change?.parents[0]
  if (change === undefined || base === undefined || change.parents.length !== 1) return broken('does not follow one commit of main.')
  for (const wanted of trailersOf({ ...sealed.proposal, deciders: [] })) {
    const key = wanted.slice(0, wanted.indexOf(':'))
    const said = change.trailers.filter((trailer) => trailer.key === key)
    if (said.length !== 1 || `${key}: ${said[0]?.value ?? ''}` !== wanted) return broken(`does not name this decision in ${key}.`)
  }
  const deciders = change.trailers
    .filter(({ key }) => key === 'Approved-by' || key === 'Denied-by')
    .map(({ value }) => value.split(' <')[0])
  if (deciders.join() !== sealed.approvers.join()) return broken('names other people than those who decided.')
  const signature = await git.signature(commit)
  if (signature !== 'vortex') return broken(SIGNATURE[signature])
  const why = await treeProblem(git, base, commit, sealed.files)
  return why === undefined ? undefined : broken(why)
}

const SIGNATURE = {
  other: 'is signed by a key that is not Vortex’s.',
  none: 'is not signed.',
  broken: 'has a signature that does not hold.',
} as const

/** What else than the sealed bytes the tree of `to` changes against `from`, in words; undefined when nothing: modes and kinds count too. */
export async function treeProblem(git: Git, from: string, to: string, files: readonly GitFile[]): Promise<string | undefined> {
  const wanted = new Map(files.map(({ path, bytes }) => [path, bytes]))
  for (const { path, mode, blob } of await git.changes(from, to)) {
    if (!wanted.has(path)) return `changes ${path}, which nobody approved.`
    const bytes = wanted.get(path)
    const same = bytes === undefined ? blob === undefined : mode === '100644' && blob === blobOf(bytes)
    if (!same) return `holds ${path} not as it was sealed.`
  }
  const [missing] = await differing(git, to, files)
  if (missing !== undefined) return `holds ${missing} not as it was sealed.`
  // The id alone would trust a local object whose content no longer fits it.
  for (const { path, bytes } of files) {
    const there = await git.read(to, path)
    if (bytes !== undefined && (there === undefined || !Buffer.from(there).equals(bytes))) return `holds ${path} not as it was sealed.`
  }
  return undefined
}

/** Throws AppError('invalid') with the step named. */
export function refuseBroken(link: BrokenLink | undefined): void {
  if (link !== undefined) throw new AppError('invalid', brokenText(link))
}

/** How the decision's branch stands at the remote as last fetched. */
export type BranchState =
  | { readonly state: 'none' }
  | { readonly state: 'own'; readonly commit: string }
  | { readonly state: 'foreign'; readonly head: string; readonly by: string; readonly why: string }

/** Whether the branch is ours. A commit that is not, is foreign, whoever made it: then `why` says what gives it away. */
export async function branchState(git: Git, sealed: Sealed, known: string | null | undefined): Promise<BranchState> {
  const head = await git.resolve(sealed.branch)
  if (head === undefined) return { state: 'none' }
  const broken = await brokenCommit(git, head, sealed)
  // Another commit of ours with the same bytes is what an earlier try pushed before it could be recorded.
  if (broken === undefined && (known === null || known === undefined || known === head)) return { state: 'own', commit: head }
  const [change] = await git.log({ ref: head, limit: 1 })
  return { state: 'foreign', head, by: change?.author.name ?? 'somebody', why: broken?.why ?? 'it is not the commit that was proposed.' }
}
