import 'server-only'
import type { z } from 'zod'
import type { Permission } from '#lib/access/viewer.ts'
import { AppError, type FieldProblem } from '#lib/error.ts'
import { isStorable } from '#lib/storable.ts'
import type { Ctx } from '#server/context.ts'
import { appendLedger, type LedgerDraft } from '#server/ledger/append.ts'
import { log } from '#server/log.ts'

/** What the outside calls. `raw` is untrusted whoever calls: a page, an action, a route, a test. */
export type Verb<T> = ((ctx: Ctx, raw: unknown) => Promise<T>) & {
  readonly verbName: string
  readonly machine: boolean
  readonly writes: boolean
}

/**
 * Who may call: a permission that Guardian must grant, or `rule` when the verb's own evaluator answers
 * (deciding), or `signed-in` when every signed-in person may and the answer is redacted per viewer.
 */
export type Need = { readonly guardian: Permission } | { readonly rule: string } | { readonly signedIn: true }

/** What a command gives back: its value and the ledger entries that are written in the same transaction. */
export type Done<T> = { readonly value: T; readonly ledger: readonly LedgerDraft[]; readonly changed?: readonly string[] }

type Spec<S extends z.ZodType, R> = {
  readonly name: string
  readonly input: S
  readonly needs: (ctx: Ctx, input: z.output<S>) => Need | Promise<Need>
  /** Machine credentials may call it. Deciding verbs never set it (architecture.md 0.5). */
  readonly machine?: boolean
  readonly run: (ctx: Ctx, input: z.output<S>) => Promise<R>
}

/** The one way to read. */
export function query<S extends z.ZodType, T>(spec: Spec<S, T>): Verb<T> {
  const run = async (ctx: Ctx, raw: unknown): Promise<T> => spec.run(ctx, await admit(spec, ctx, raw))
  return Object.assign(run, { verbName: spec.name, machine: spec.machine ?? false, writes: false })
}

/**
 * The one way to write. `prepare` asks the outside (Guardian, Git, Kubernetes) before the transaction; `run` gets its
 * answer and touches the database only. The change and its ledger entries commit together; `changed` topics are notified at commit.
 */
export function command<S extends z.ZodType, P, T>(
  spec: Omit<Spec<S, Done<T>>, 'run'> & {
    readonly prepare: (ctx: Ctx, input: z.output<S>) => Promise<P>
    readonly run: (ctx: Ctx, input: z.output<S>, prepared: P) => Promise<Done<T>>
  },
): Verb<T> {
  const run = async (ctx: Ctx, raw: unknown): Promise<T> => {
    const input = await admit(spec, ctx, raw)
    const prepared = await spec.prepare(ctx, input)
    return ctx.database.write(async (tx) => {
      const inner: Ctx = { ...ctx, db: tx }
      const done = await spec.run(inner, input, prepared)
      await appendLedger(inner, done.ledger)
      for (const topic of done.changed ?? []) await ctx.database.notify(tx, 'vortex_changed', topic)
      return done.value
    })
  }
  return Object.assign(run, { verbName: spec.name, machine: spec.machine ?? false, writes: true })
}

/** Who calls, what came, then the question whether they may. A verb that does not say what it needs does not compile, so there is no open verb by mistake. */
async function admit<S extends z.ZodType>(
  spec: Pick<Spec<S, unknown>, 'name' | 'input' | 'needs' | 'machine'>,
  ctx: Ctx,
  raw: unknown,
): Promise<z.output<S>> {
  if (ctx.viewer.login === '') throw new AppError('unauthenticated', 'Sign in to continue.')
  if (ctx.viewer.kind === 'machine' && !spec.machine)
    throw new AppError('forbidden', 'Machine credentials cannot do this. A person has to sign in.')
  const strange = strangeText(raw)
  if (strange !== undefined) throw new AppError('invalid', strange.message, { fields: [strange] })
  const parsed = spec.input.safeParse(raw)
  if (!parsed.success)
    throw new AppError('invalid', 'Some fields need attention.', { cause: parsed.error, fields: fieldProblems(parsed.error) })
  const need = await spec.needs(ctx, parsed.data)
  if ('guardian' in need) {
    const answer = await ctx.guardian.check(ctx.viewer.login, need.guardian)
    if (!answer.allowed) {
      log.warn('access.denied', { verb: spec.name, actor: ctx.viewer.login, resource: need.guardian.resource })
      throw new AppError('forbidden', `You may not ${need.guardian.verb} ${need.guardian.resource} (Guardian: ${answer.reason}).`)
    }
  }
  return parsed.data
}

/** More nested or more numerous than any form of this portal; looked at before a schema walks it. */
const DEPTH_MAX = 32
const PARTS_MAX = 100_000

/** Text that PostgreSQL cannot keep, and shapes that only an attack has: said as invalid, never as a failure of ours. */
function strangeText(raw: unknown): FieldProblem | undefined {
  const open: { readonly value: unknown; readonly field: string; readonly depth: number }[] = [{ value: raw, field: 'input', depth: 0 }]
  for (let seen = 0; open.length > 0; seen += 1) {
    const { value, field, depth } = open.pop() ?? { value: undefined, field: 'input', depth: 0 }
    if (depth > DEPTH_MAX || seen > PARTS_MAX) return { field, message: 'This has more parts than can be read.' }
    if (typeof value === 'string' && !isStorable(value))
      return { field, message: 'A character in this text cannot be kept (a NUL or half of a surrogate pair). Remove it.' }
    if (typeof value !== 'object' || value === null) continue
    for (const [key, inner] of Object.entries(value)) {
      if (!isStorable(key)) return { field, message: 'A name in it has a character that cannot be kept.' }
      open.push({ value: inner, field: depth === 0 ? key : `${field}.${key}`, depth: depth + 1 })
    }
  }
  return undefined
}

const fieldProblems = (error: z.ZodError): readonly FieldProblem[] =>
  error.issues.map((issue) => ({ field: issue.path.join('.') || 'input', message: issue.message }))
