'use server'
import { action } from '#server/edge/action.ts'
import { checkPolicy } from '#server/policy/check.ts'
import { proposePolicy } from '#server/policy/propose.ts'

export const checkAction = action(checkPolicy)
export const proposeAction = action(proposePolicy)
