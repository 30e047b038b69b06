import 'server-only'
import { z } from 'zod'
import { admissionSubject } from '#lib/approval/sentence.ts'
import type { Finding } from '#lib/approval/facts.ts'
import type { RenderedFile } from '#lib/approval/render.ts'
import { inverseOf, isUndone, justificationProblem, type SealedText, takenText, undoTitle, type UndoView } from '#lib/approval/undo.ts'
import { digestOf } from '#lib/canonical.ts'
import { AppError } from '#lib/error.ts'
import { policyProblemText } from '#lib/policy/parse.ts'
import { POLICY_PATH } from '#lib/policy/policy.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { mayReadReasons } from '#server/approval/get.ts'
import { openRequest } from '#server/approval/open.ts'
import { decisionsOf, deliveriesOf, loadRequest, lockRequest, type RequestRow, sealedFilesOf } from '#server/approval/repo.ts'
import { topicsOf } from '#server/approval/notify.ts'
import { recordingRefusals } from '#server/approval/refusal.ts'
import { freshenGit } from '#server/approval/sources.ts'
import { readSubject } from '#server/approval/subject.ts'
import type { Subject } from '#server/approval/subject-type.ts'
import { authorRight, takenBy, undoState } from '#server/approval/undo-state.ts'
import type { Ctx } from '#server/context.ts'
import { examinePolicy } from '#server/policy/check.ts'
import { faultFindings, refuseSecondChange } from '#server/policy/propose.ts'
import { command, query } from '#server/verb.ts'

/** What an undo of this request would commit: shown before it is sent, by the same question that sending asks. */
export const getUndo = query({
  name: 'approval.undo',
  input: z.object({ id: z.uuid() }),
  needs: () => ({ signedIn: true }),
  async run(ctx, { id }): Promise<UndoView> {
    const row = await known(ctx, id)
    const subject = await readSubject(ctx, row)
    const [state, made, [decision], reasons] = await Promise.all([
      undoState(ctx, row),
      proposed(ctx, row, subject).catch(unreadable),
      decisionsOf(ctx.db, [id]),
      mayReadReasons(ctx, { row, subject }),
    ])
    return {
      id,
      name: row.name,
      kind: row.kind,
      title: made.ok ? made.value.title : `Undo ${row.name}`,
      files: made.ok ? made.value.files : [],
      advice: decision !== undefined && reasons ? { text: decision.rationale.undo, from: decision.sealedBy } : undefined,
      parties: [...new Set(subject.participants.map(({ domain, identity }) => domain ?? identity))],
      may: state.may.allowed && !made.ok ? { allowed: false, reason: made.error, who: [] } : state.may,
      undoneBy: state.undoneBy,
    }
  },
})

const send = command({
  name: 'approval.sendUndo',
  input: z.object({
    id: z.uuid(),
    draft: z.uuid('The draft has no id. Load the page again.'),
    justification: z
      .string()
      .transform((text) => text.trim())
      .superRefine((text, ctx) => {
        const problem = justificationProblem(text)
        if (problem !== undefined) ctx.addIssue({ code: 'custom', message: problem })
      }),
  }),
  needs: async (ctx, { id }) => {
    const right = authorRight(ctx, await known(ctx, id))
    return right === undefined ? { signedIn: true } : { guardian: right }
  },
  async prepare(ctx, { id, draft }) {
    const row = await known(ctx, id)
    if (await isSent(ctx, id, draft)) return undefined
    const { may } = await undoState(ctx, row)
    if (!may.allowed) throw new AppError('conflict', `It cannot be undone: ${may.reason}`)
    await freshenGit(ctx)
    const subject = await readSubject(ctx, row)
    const made = await proposed(ctx, row, subject)
    if (!made.ok) throw new AppError('conflict', `It cannot be undone: ${made.error}`)
    return { subject, ...made.value }
  },
  async run(ctx, { id, draft, justification }, prepared) {
    const row = await lockRequest(ctx.db, id)
    if (row === undefined) throw new AppError('not_found', 'There is no such request.')
    if (prepared === undefined || (await isSent(ctx, id, draft))) return { value: { id: draft }, ledger: [] }
    const taken = await takenBy(ctx.db, id)
    if (taken !== undefined) throw new AppError('conflict', `It cannot be undone: ${takenText(taken)}`)
    if (row.kind === 'policy') await refuseSecondChange(ctx)
    const { subject, files, title, findings } = prepared
    const { group, resourceKind, namespace, name } = row
    const opened = await openRequest(ctx, {
      id: draft,
      undoes: id,
      justification,
      title,
      findings,
      group,
      resourceKind,
      namespace,
      name,
      kind: row.kind === 'policy' ? 'policy' : 'undo',
      plural: subject.permission.resource,
      files: Object.fromEntries(files.map(({ path, after }) => [path, after ?? null])),
      approved: Object.fromEntries(
        files.map(({ path, before }) => [path, before === undefined ? null : digestOf(before.replace(/^\uFEFF/, ''))]),
      ),
      participants: subject.participants,
      editors: [ctx.viewer.login],
    })
    return { value: { id: opened.id }, ledger: opened.ledger, changed: [...opened.changed, ...topicsOf(id)] }
  },
})

/**
 * Opens the request that takes back a merged approval. Its right is that of filing such a request; whoever files it has
 * contributed and does not decide. The browser names the draft, so that sending twice opens one; one undo is open at a time.
 */
export const sendUndo = recordingRefusals(send)

async function known(ctx: Pick<Ctx, 'db'>, id: string): Promise<RequestRow> {
  const row = await loadRequest(ctx.db, id)
  if (row === undefined) throw new AppError('not_found', 'There is no such request.')
  return row
}

/** Whether this draft is a request already. An id that names anything else is refused: it would hide what it names. */
async function isSent(ctx: Ctx, undoes: string, draft: string): Promise<boolean> {
  const sent = await loadRequest(ctx.db, draft)
  if (sent === undefined) return false
  if (sent.undoes === undoes && sent.requestedBy === ctx.viewer.login) return true
  throw new AppError('conflict', 'The id of this draft belongs to another request. Load the page again.')
}

type Proposed = { readonly files: readonly RenderedFile[]; readonly title: string; readonly findings: readonly Omit<Finding, 'role'>[] }

/** The inverse of the sealed files against main as the mirror has it, or why there is none. */
async function proposed(ctx: Ctx, row: RequestRow, subject: Subject): Promise<Result<Proposed, string>> {
  const [delivery] = await deliveriesOf(ctx.db, [row.id])
  if (typeof delivery?.mergeCommit !== 'string') return err('It is not merged, so main holds nothing of it.')
  const [merge] = await ctx.git.log({ ref: delivery.mergeCommit, limit: 1 })
  const parent = merge?.parents[0]
  if (parent === undefined)
    return err(
      `The repository no longer has the commit ${delivery.mergeCommit.slice(0, 8)}, so what stood before it is not known. File a new request.`,
    )
  const head = await ctx.git.head()
  const sealed = (await sealedFilesOf(ctx.db, row.id)).filter(({ path }) => isUndone(row.kind, row.resourceKind, path))
  const texts = await Promise.all(
    sealed.map(async ({ path, bytes }): Promise<SealedText> => {
      const [before, now] = await Promise.all([ctx.git.read(parent, path), ctx.git.read(head, path)])
      return { path, sealed: exactText(bytes ?? undefined), before: exactText(before), now: exactText(now) }
    }),
  )
  const inverse = inverseOf(texts)
  if (!inverse.ok) return inverse
  const findings = row.kind === 'policy' ? await policyFindings(ctx, inverse.value) : ok([])
  if (!findings.ok) return findings
  const ends = subject.admission && admissionSubject(subject.admission.rar, subject.participants)
  return ok({ files: inverse.value, title: undoTitle(row.name, inverse.value, ends), findings: findings.value })
}

/** The earlier policy file is proposed like any other: it may no longer be one that can be met. */
async function policyFindings(ctx: Ctx, files: readonly RenderedFile[]): Promise<Result<Proposed['findings'], string>> {
  const text = files.find(({ path }) => path === POLICY_PATH)?.after
  if (text === undefined)
    return err('There was no policy file before, and without one nobody could decide. Propose the file that should be in force.')
  const { wrong, faults } = await examinePolicy(ctx, { text })
  const [first] = wrong
  return first === undefined ? ok(faultFindings(faults)) : err(`The earlier policy file cannot be in force: ${policyProblemText(first)}`)
}

/** The text of exactly these bytes, a byte order mark included; null where they are no UTF-8. */
function exactText(bytes: Uint8Array | undefined): string | null | undefined {
  if (bytes === undefined) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

const unreadable = (error: unknown): Result<never, string> => {
  if (!(error instanceof AppError)) throw error
  return err(error.message)
}
