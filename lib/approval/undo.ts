import { assertNever } from '#lib/assert.ts'
import type { Linked, RequestKind } from '#lib/approval/request.ts'
import type { RenderedFile } from '#lib/approval/render.ts'
import type { Permit } from '#lib/approval/view.ts'
import { err, ok, type Result } from '#lib/result.ts'

/** An undo that is being decided, approved and on its way, or on main. One that was denied, ended or stuck stands in nobody's way. */
export type Taken = Linked & { readonly by: 'open' | 'underway' | 'merged' }

/** Whether the request can be taken back, as the evaluator looks at it. */
export type UndoFacts = {
  readonly kind: RequestKind
  readonly viewer: 'person' | 'machine' | 'system'
  readonly outcome: 'Approved' | 'Rejected' | undefined
  readonly merged: boolean
  readonly voided: boolean
  /** The undo that stands in the way of another one, and how far it has come. */
  readonly taken: Taken | undefined
  /** Guardian's word on filing such a request; a policy file needs none (decisions.md 10). */
  readonly author: { readonly allowed: boolean; readonly reason: string }
}

const no = (reason: string): Permit => ({ allowed: false, reason, who: [] })

/** May the viewer ask for undoing it? Undoing is a new request, so it asks for the right to file one and for nothing to decide. */
export function undoPermit(facts: UndoFacts): Permit {
  if (facts.outcome === undefined) return no('Nothing is sealed here, so there is nothing to undo.')
  if (facts.outcome === 'Rejected')
    return no('A denial changes nothing, so there is nothing to undo. File a new request for what was denied.')
  if (facts.kind === 'undo')
    return no('An undo is not undone: what it took away is asked for again by a new request, weighed as the first one was.')
  if (facts.voided) return no('The decision is void and was never merged, so there is nothing to undo.')
  if (!facts.merged) return no('It is not merged yet. What is not on main is not undone: leave the proposal unmerged.')
  if (facts.taken !== undefined) return no(takenText(facts.taken))
  if (facts.viewer !== 'person') return no('Only a signed-in person files a request.')
  if (!facts.author.allowed) return no(facts.author.reason)
  return { allowed: true, reason: 'It opens a new request that takes back what was approved. The same parties decide it.', who: [] }
}

/** Why a second undo is not opened beside the first. */
export function takenText({ by, id }: Taken): string {
  const request = `request ${id.slice(0, 8)}`
  switch (by) {
    case 'open':
      return `It is being undone already by ${request}. Decide that one.`
    case 'underway':
      return `Undoing it is approved already by ${request} and waits to be merged.`
    case 'merged':
      return `It is undone by ${request}. What stands on main since then came by another decision or commit: undo that one.`
    default:
      return assertNever(by)
  }
}

/** One sealed file: as approved, as it stood before, and as it stands on main. undefined: not there; null: no text that can be kept. */
export type SealedText = {
  readonly path: string
  readonly sealed: string | null | undefined
  readonly before: string | null | undefined
  readonly now: string | null | undefined
}

/**
 * Which sealed files an undo takes back. The record of a decision stays: its GovernanceEvent, and the admission request's own
 * document, whose decision is written once (relationships.md 8.5, R7); what the admission produced goes (8.7).
 */
export const isUndone = (kind: RequestKind, resourceKind: string, path: string): boolean =>
  !path.startsWith('governance/events/') &&
  !(kind === 'admission' && path.split('/')[3]?.startsWith(`${resourceKind.toLowerCase()}.`) === true)

/** The exact inverse against main as it is, or why there is none, with the file and the way out. */
export function inverseOf(files: readonly SealedText[]): Result<readonly RenderedFile[], string> {
  const inverse: RenderedFile[] = []
  for (const { path, sealed, before, now } of files) {
    if (before === sealed) continue
    if (now === before)
      return err(`${path} is as it was before the decision: somebody took it back already. Nothing is left to undo there.`)
    if (now !== sealed || now === null) return err(movedText(path))
    if (before === null) return err(`${path} was no text before, so it cannot be restored here. Restore it with a commit of its own.`)
    inverse.push({ path, before: now, after: before })
  }
  return inverse.length === 0 ? err('The decision changed no file that an undo takes back.') : ok(inverse)
}

/** Why a file keeps an undo from being the inverse of what was approved. */
export const movedText = (path: string): string =>
  `${path} on main is no longer what was approved: it was changed afterwards. Undo that change first, or file a new request for what should stand there.`

/** The one sentence of the request. `ends` is what would no longer hold, where that can be said. */
export function undoTitle(name: string, files: readonly RenderedFile[], ends: string | undefined): string {
  const gone = files.filter(({ after }) => after === undefined).length
  const parts = [count(gone, 'deleted'), count(files.length - gone, 'put back as before')].filter((part) => part !== undefined)
  return `Undo ${name}: ${ends === undefined ? '' : `${ends} would end; `}${parts.join(', ')}.`
}

/** What happens to one file. */
export const changeOf = ({ before, after }: Pick<RenderedFile, 'before' | 'after'>): 'added' | 'modified' | 'deleted' =>
  before === undefined ? 'added' : after === undefined ? 'deleted' : 'modified'

const count = (n: number, what: string): string | undefined => (n === 0 ? undefined : `${n} ${n === 1 ? 'file is' : 'files are'} ${what}`)

/** What the page of an undo shows before it is sent. */
export type UndoView = {
  readonly id: string
  readonly name: string
  readonly kind: RequestKind
  readonly title: string
  readonly files: readonly RenderedFile[]
  /** How to undo, in the words of whose vote sealed; undefined where the viewer's level hides it. */
  readonly advice: { readonly text: string; readonly from: string } | undefined
  readonly parties: readonly string[]
  readonly may: Permit
  readonly undoneBy: Linked | undefined
}

const MIN = 10
const MAX = 2000

/** What is wrong with the reason of an undo; the limits of a request's justification (relationships.md 8.1), in code points. */
export function justificationProblem(text: string): string | undefined {
  const length = Array.from(text.trim()).length
  if (length < MIN) return `Say why in at least ${MIN} characters.`
  return length > MAX ? `At most ${MAX} characters. It has ${length}; shorten it.` : undefined
}
