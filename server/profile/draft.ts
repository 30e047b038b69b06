import 'server-only'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '#lib/error.ts'
import { type Draft, draftProfile } from '#lib/profile/draft.ts'
import { appGroup, profileFacts } from '#server/profile/facts.ts'
import { Curated, discardDraft, saveDraft } from '#server/profile/repo.ts'
import { command, query } from '#server/verb.ts'

/** Longest text that a draft may have, in characters. */
export const TEXT_MAX = 262_144

const Label = z
  .string()
  .trim()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'Lower-case letters, digits and -, at most 63, for example fx-gateway.')

/** A draft by the built-in curator: rules over declared state, no model (domain-and-app-core.md 5). */
export const curateDraft = query({
  name: 'profile.curate',
  input: z.object({
    name: Label,
    namespace: Label,
    identity: z.string().min(1, 'Choose the application identity.'),
    template: z.string().min(1, 'Choose a template.'),
  }),
  needs: () => ({ signedIn: true }),
  async run(ctx, input): Promise<Draft> {
    const made = draftProfile({ ...input, facts: profileFacts(ctx), appGroup: appGroup(ctx) })
    if (!made.ok) throw new AppError('invalid', made.error)
    return made.value
  },
})

/** Keeps what was typed, so that nothing is lost. Only its author reads it. */
export const keepDraft = command({
  name: 'profile.keepDraft',
  input: z.object({
    id: z.uuid().optional(),
    title: z.string().max(253),
    text: z.string().max(TEXT_MAX, 'The text is too long to be kept.'),
    curated: z.array(Curated).max(5_000),
  }),
  needs: () => ({ signedIn: true }),
  prepare: async () => undefined,
  async run(ctx, { id = randomUUID(), title, text, curated }) {
    const kept = await saveDraft(ctx.db, {
      id,
      author: ctx.viewer.login,
      title: title || 'Untitled',
      content: { text, curated },
      at: ctx.now,
    })
    if (!kept) throw new AppError('conflict', 'This draft was sent already, or is not yours. What you type now is not kept.')
    return { value: { id, updatedAt: ctx.now.toISOString() }, ledger: [] }
  },
})

/** Throws a draft away. */
export const dropDraft = command({
  name: 'profile.dropDraft',
  input: z.object({ id: z.uuid() }),
  needs: () => ({ signedIn: true }),
  prepare: async () => undefined,
  async run(ctx, { id }) {
    if (!(await discardDraft(ctx.db, ctx.viewer.login, id))) throw new AppError('not_found', 'There is no such draft of yours.')
    return { value: { id }, ledger: [] }
  },
})
