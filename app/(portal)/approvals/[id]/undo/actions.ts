'use server'
import { sendUndo } from '#server/approval/undo.ts'
import { action } from '#server/edge/action.ts'

export const sendUndoAction = action(sendUndo)
