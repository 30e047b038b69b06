import 'server-only'
import type { Permit } from '#lib/approval/view.ts'
import { AppError, type ErrorCode } from '#lib/error.ts'
import type { Ctx } from '#server/context.ts'
import { appendLedger } from '#server/ledger/append.ts'
import { causeText, log } from '#server/log.ts'
import type { Verb } from '#server/verb.ts'

/** A version moved between asking and writing: the verb starts over with what stands now (decisions.md 4). */
export class Moved extends AppError {
  constructor(what: string) {
    super('conflict', `${what} changed while this was being decided. Load the page again and look at what changed.`)
  }
}

const TRIES = 3

/** Runs `verb` again when a version moved meanwhile; gives up with the conflict after a few tries. */
export const startingOver = <T>(verb: Verb<T>): Verb<T> =>
  Object.assign(
    async (ctx: Ctx, raw: unknown): Promise<T> => {
      for (let tried = 1; ; tried += 1)
        try {
          return await verb({ ...ctx, now: tried === 1 ? ctx.now : ctx.database.now() }, raw)
        } catch (error) {
          if (!(error instanceof Moved) || tried === TRIES) throw error
        }
    },
    { verbName: verb.verbName, machine: verb.machine, writes: verb.writes },
  )

/** What a refused call was about; without a request where it would have opened one, undefined where it names nothing. */
export type About = (ctx: Ctx, raw: unknown) => Promise<{ readonly subject: string; readonly requestId?: string } | undefined>

const theRequest: About = async (_ctx, raw) => {
  const id = namedId(raw)
  return id === undefined ? undefined : { subject: id, requestId: id }
}

/**
 * Writes every refusal of a verb to the ledger as its own entry, in its own transaction: the refused change left nothing behind
 * that could carry it. Best effort: the refusal stands whether or not it can be recorded.
 */
export const recordingRefusals = <T>(verb: Verb<T>, about: About = theRequest): Verb<T> =>
  Object.assign(
    async (ctx: Ctx, raw: unknown): Promise<T> => {
      try {
        return await verb(ctx, raw)
      } catch (error) {
        if (error instanceof AppError && error.code !== 'not_found') await record(ctx, verb.verbName, () => about(ctx, raw), error)
        throw error
      }
    },
    { verbName: verb.verbName, machine: verb.machine, writes: verb.writes },
  )

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The `id` that a call names, where it is one. */
export const namedId = (raw: unknown): string | undefined =>
  typeof raw === 'object' && raw !== null && 'id' in raw && typeof raw.id === 'string' && UUID.test(raw.id) ? raw.id : undefined

async function record(ctx: Ctx, verb: string, about: () => ReturnType<About>, error: AppError): Promise<void> {
  try {
    const what = await about()
    if (what === undefined) return
    await ctx.database.write(async (tx) => {
      await appendLedger({ ...ctx, db: tx }, [
        {
          action: what.requestId === undefined ? 'request.refused' : 'review.refused',
          ...what,
          body: { verb, code: error.code, reason: error.message, kind: ctx.viewer.kind },
        },
      ])
    })
  } catch (cause) {
    log.error('ledger.refusal-not-recorded', { verb, cause: causeText(cause) })
  }
}

/** The permit as the error it would be: the rule, the way out, and who could. */
export const refusal = (permit: Permit, code: ErrorCode = 'forbidden'): AppError =>
  new AppError(code, permit.who.length === 0 ? permit.reason : `${permit.reason} Who could: ${permit.who.join(', ')}.`)
