'use server'
import { requestMerge } from '#server/approval/merge.ts'
import { action } from '#server/edge/action.ts'

export const requestMergeAction = action(requestMerge)
