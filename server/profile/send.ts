import 'server-only'
import { z } from 'zod'
import { AppError } from '#lib/error.ts'
import { groupOf } from '#lib/kube/object.ts'
import { openRequest } from '#server/approval/open.ts'
import { recordingRefusals } from '#server/approval/refusal.ts'
import type { Ctx } from '#server/context.ts'
import { TEXT_MAX } from '#server/profile/draft.ts'
import { examine } from '#server/profile/examine.ts'
import { appGroup } from '#server/profile/facts.ts'
import { markSent, saveDraft } from '#server/profile/repo.ts'
import { command } from '#server/verb.ts'

const pluralOf = (ctx: Pick<Ctx, 'kube'>): string => ctx.kube.served('appProfile')?.plural ?? 'appprofiles'

const send = command({
  name: 'profile.send',
  input: z.object({ draft: z.uuid(), text: z.string().max(TEXT_MAX) }),
  needs: (ctx) => ({ guardian: { verb: 'create', group: appGroup(ctx), resource: pluralOf(ctx) } }),
  async prepare(ctx, { text }) {
    const { problems, impact, profile, files } = await examine(ctx, text)
    if (impact.blocked !== undefined || profile === undefined)
      throw new AppError('invalid', `It cannot be sent: ${impact.blocked ?? 'there is no AppProfile.'}`, {
        fields: problems.filter((problem) => problem.severity === 'error').map(({ line, message }) => ({ field: `line ${line}`, message })),
      })
    return { problems, impact, profile, files }
  },
  async run(ctx, { draft, text }, { problems, impact, profile, files }) {
    const { name, namespace = '' } = profile.metadata
    const author = ctx.viewer.login
    const opened = await openRequest(ctx, {
      kind: 'profile',
      group: groupOf(profile),
      resourceKind: profile.kind,
      plural: pluralOf(ctx),
      namespace,
      name,
      files,
      title: `AppProfile ${name} would ${impact.files.some((file) => file.change === 'modified') ? 'change' : 'enter the platform'} in ${namespace}, with ${Object.keys(files).length} documents.`,
      ...(impact.domain !== undefined && { domain: impact.domain }),
      editors: [author],
      findings: problems.map(({ rule, message }) => ({ rule, severity: 'info', message })),
    })
    await saveDraft(ctx.db, { id: draft, author, title: name, content: { text, curated: [] }, at: ctx.now })
    if (!(await markSent(ctx.db, draft, author, opened.id, ctx.now)))
      throw new AppError('conflict', 'This draft was sent already. Its request stands in the approvals.')
    return { value: { id: opened.id }, ledger: opened.ledger, changed: [...opened.changed, 'profiles'] }
  },
})

/**
 * Sends a profile for approval: one change request with a file per document (decisions.md 14). Refused by the same question that
 * the page asks while one types. Sending a draft twice opens one request.
 */
export const sendProfile = recordingRefusals(send, async () => ({ subject: 'AppProfile' }))
