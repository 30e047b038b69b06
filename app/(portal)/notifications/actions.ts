'use server'
import { readNotices } from '#server/approval/notices.ts'
import { action } from '#server/edge/action.ts'

export const readNoticesAction = action(readNotices)
