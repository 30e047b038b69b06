import 'server-only'
import { z } from 'zod'
import type { Finding } from '#lib/approval/facts.ts'
import { AppError } from '#lib/error.ts'
import type { PolicyFault } from '#lib/policy/health.ts'
import { policyProblemText } from '#lib/policy/parse.ts'
import { POLICY_PATH } from '#lib/policy/policy.ts'
import { openRequest } from '#server/approval/open.ts'
import { recordingRefusals } from '#server/approval/refusal.ts'
import type { Ctx } from '#server/context.ts'
import { examinePolicy, POLICY_TEXT_MAX } from '#server/policy/check.ts'
import { openPolicyRequest } from '#server/policy/repo.ts'
import { command } from '#server/verb.ts'

/** What a policy request is called; Guardian is asked for `update` of admission requests under this name (docs/policy.md). */
const NAME = 'vortex-policy'

/** What could not be met in a policy file, as findings of the request that proposes it. */
export const faultFindings = (faults: readonly PolicyFault[]): readonly Omit<Finding, 'role'>[] =>
  faults.map(({ field, message, blocks }) => ({
    rule: 'policy',
    severity: blocks ? 'violation' : 'info',
    message: `${field}: ${message}`,
  }))

/** One change of the policy file is open at a time: each is decided under the one before. */
export async function refuseSecondChange(ctx: Ctx): Promise<void> {
  if ((await openPolicyRequest(ctx.db, ctx.kube.cluster)) !== undefined)
    throw new AppError(
      'conflict',
      'A change of the policy is being decided already. Wait for it, since each is decided under the one before.',
    )
}

const propose = command({
  name: 'policy.propose',
  input: z.object({
    text: z.string().min(1, 'Write the policy file.').max(POLICY_TEXT_MAX, 'A policy file has at most 100,000 characters.'),
  }),
  needs: () => ({ signedIn: true }),
  async prepare(ctx, { text }) {
    const found = await examinePolicy(ctx, { text })
    if (found.wrong.length > 0)
      throw new AppError(
        'invalid',
        `It cannot be sent: ${found.wrong.length === 1 ? 'one thing is' : `${found.wrong.length} things are`} wrong.`,
        {
          fields: found.wrong.map((problem) => ({ field: problem.field, message: policyProblemText(problem) })),
        },
      )
    if (found.changes.length === 0) throw new AppError('invalid', 'It means the same as the policy file in force. Change something first.')
    return found
  },
  async run(ctx, { text }, { faults, changes }) {
    await refuseSecondChange(ctx)
    const served = ctx.kube.served('rar')
    const opened = await openRequest(ctx, {
      kind: 'policy',
      group: served?.group ?? 'seam.ontai.dev',
      resourceKind: 'ApprovalPolicy',
      plural: served?.plural ?? 'relationshipadmissionrequests',
      namespace: '',
      name: NAME,
      files: { [POLICY_PATH]: text },
      title: `The approval policy would change in ${changes.length} ${changes.length === 1 ? 'field' : 'fields'}; it is decided under the one in force.`,
      editors: [ctx.viewer.login],
      findings: faultFindings(faults),
    })
    return { value: { id: opened.id }, ledger: opened.ledger, changed: opened.changed }
  },
})

/**
 * Sends a changed policy file for approval: a request like any other, decided under the file that is in force. Filing needs no
 * right of its own (decisions.md 10); whoever files it has contributed and does not decide. One such request is open at a time.
 */
export const proposePolicy = recordingRefusals(propose, async () => ({ subject: POLICY_PATH }))
