import 'server-only'
import { AppError } from '#lib/error.ts'
import { namedFor } from '#lib/policy/rights.ts'
import type { Speaker } from '#lib/thread/rules.ts'
import { mayReadReasons } from '#server/approval/get.ts'
import { loadRequest, type RequestRow } from '#server/approval/repo.ts'
import { readSubject } from '#server/approval/subject.ts'
import type { Ctx } from '#server/context.ts'

/** The viewer as the rules of a discussion see them, with the request. A policy file that cannot be read entitles nobody. */
export async function speakerOn(ctx: Ctx, requestId: string): Promise<{ readonly row: RequestRow; readonly speaker: Speaker }> {
  const row = await loadRequest(ctx.db, requestId)
  if (row === undefined) throw new AppError('not_found', 'There is no such request.')
  const subject = await readSubject(ctx, row)
  const { policy, participants, contributors } = subject
  const domains =
    row.kind === 'policy' && policy.ok
      ? Object.keys(policy.policy.domains)
      : participants.flatMap(({ domain }) => (domain === undefined ? [] : [domain]))
  const { login, kind } = ctx.viewer
  return {
    row,
    speaker: {
      login,
      kind,
      entitled: policy.ok && namedFor(policy.policy, domains, ctx.now.getTime(), row.createdAt.getTime()).has(login),
      contributed: contributors.some((one) => one.login === login),
      hasFull: await mayReadReasons(ctx, { subject, row }),
    },
  }
}
