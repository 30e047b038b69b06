import 'server-only'
import { randomUUID } from 'node:crypto'
import { AppError, type Problem } from '#lib/error.ts'
import { databaseTrouble } from '#server/adapter/db/trouble.ts'
import { causeText, log } from '#server/log.ts'

/** The only translation from "something was thrown" to "something is said". Machine text goes to the log under `ref`. */
export function problem(error: unknown): Problem {
  const ref = randomUUID().slice(0, 8)
  const trouble = error instanceof AppError ? undefined : databaseTrouble(error)
  if (trouble !== undefined) {
    log.error('problem.database', { ref, cause: causeText(error instanceof Error ? (error.cause ?? error) : error) })
    return { code: 'unavailable', message: trouble, ref, fields: [] }
  }
  if (!(error instanceof AppError)) {
    log.error('unexpected', { ref, error: error instanceof Error ? (error.stack ?? error.message).slice(0, 2000) : causeText(error) })
    return { code: 'internal', message: 'Something broke on our side. Quote this number when you report it.', ref, fields: [] }
  }
  if (error.code === 'unavailable' || error.code === 'malformed')
    log.error(`problem.${error.code}`, { ref, message: error.message, cause: causeText(error.cause) })
  return { code: error.code, message: error.message, ref, fields: error.fields }
}
