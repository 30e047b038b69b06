import 'server-only'
import { z } from 'zod'
import { AppError } from '#lib/error.ts'
import type { CommitView, DeliveryDetail } from '#lib/delivery/view.ts'
import { getRequest } from '#server/approval/get.ts'
import { freshenGit } from '#server/approval/sources.ts'
import type { Ctx } from '#server/context.ts'
import { loadDecision } from '#server/delivery/repo.ts'
import { deliveryLines } from '#server/delivery/view.ts'
import { query } from '#server/verb.ts'

/** One decision on its way: steps, commits as Git holds them, files, and whether the viewer may merge, by the evaluator that will accept it. */
export const getDelivery = query({
  name: 'delivery.get',
  input: z.object({ id: z.uuid() }),
  needs: () => ({ signedIn: true }),
  machine: true,
  async run(ctx, { id }): Promise<DeliveryDetail> {
    const sealed = await loadDecision(ctx.db, id)
    const [line] = await deliveryLines(ctx, { requestId: id }, 1)
    if (sealed === undefined || line === undefined)
      throw new AppError('not_found', 'Nothing of this request is on its way: it is not decided yet.')
    const [request, git] = await Promise.all([getRequest(ctx, { id }), commitsOf(ctx, line.commit, line.mergeCommit)])
    return {
      delivery: line,
      ref: request.ref,
      sentence: request.sentence,
      digest: sealed.digest,
      sealedDigest: sealed.sealedDigest,
      ledgerSeq: sealed.ledgerSeq,
      deciders: sealed.approvers,
      repository: ctx.git.url,
      proposal: git.proposal,
      merge: git.merge,
      files: request.files,
      may: request.may.merge,
      undo: request.undo,
      gitProblem: git.problem,
    }
  },
})

type Commits = { readonly proposal: CommitView | undefined; readonly merge: CommitView | undefined; readonly problem: string | undefined }

async function commitsOf(ctx: Ctx, proposal: string | undefined, merge: string | undefined): Promise<Commits> {
  const look = () => Promise.all([commitView(ctx, proposal), commitView(ctx, merge)])
  try {
    const [one, two] = await look().catch(async (error: unknown) => {
      if (!(error instanceof AppError) || error.code !== 'not_found') throw error
      // What the worker pushed from a mirror of its own may not have come to this one yet.
      await freshenGit(ctx)
      return look()
    })
    return { proposal: one, merge: two, problem: undefined }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { proposal: undefined, merge: undefined, problem: error.message }
  }
}

async function commitView({ git }: Ctx, commit: string | undefined): Promise<CommitView | undefined> {
  if (commit === undefined) return undefined
  const [[change], signature] = await Promise.all([git.log({ ref: commit, limit: 1 }), git.signature(commit)])
  if (change === undefined) return undefined
  const { name, email } = change.author
  return { commit, subject: change.subject, author: `${name} <${email}>`, at: change.committer.at, trailers: change.trailers, signature }
}
