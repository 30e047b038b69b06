'use server'
import { action } from '#server/edge/action.ts'
import { dropDraft } from '#server/profile/draft.ts'

export const dropDraftAction = action(dropDraft)
