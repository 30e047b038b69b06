'use server'
import { action } from '#server/edge/action.ts'
import { checkText } from '#server/profile/check.ts'
import { curateDraft, keepDraft } from '#server/profile/draft.ts'
import { sendProfile } from '#server/profile/send.ts'

export const curateAction = action(curateDraft)
export const checkAction = action(checkText)
export const keepAction = action(keepDraft)
export const sendAction = action(sendProfile)
