import 'server-only'
import { z } from 'zod'
import type { CheckAnswer } from '#lib/profile/view.ts'
import { TEXT_MAX } from '#server/profile/draft.ts'
import { examine } from '#server/profile/examine.ts'
import { query } from '#server/verb.ts'

/** What is wrong with a text, who would have to approve it, and whether it could be sent now. */
export const checkText = query({
  name: 'profile.check',
  input: z.object({ text: z.string().max(TEXT_MAX, 'The text is too long to be checked.') }),
  needs: () => ({ signedIn: true }),
  async run(ctx, { text }): Promise<CheckAnswer> {
    const { problems, impact } = await examine(ctx, text)
    return { problems, impact }
  },
})
