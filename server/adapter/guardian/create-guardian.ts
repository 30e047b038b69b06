import 'server-only'
import { type DescMessage, type DescMethodUnary, fromJson, type JsonObject, toJson } from '@bufbuild/protobuf'
import { StructSchema } from '@bufbuild/protobuf/wkt'
import { createGrpcTransport } from '@connectrpc/connect-node'
import type { Transport } from '@connectrpc/connect'
import { z } from 'zod'
import { type Permission, principalOf } from '#lib/access/viewer.ts'
import { AppError } from '#lib/error.ts'
import type { SourceAge } from '#lib/sourced.ts'
import type { Guardian, GuardianAnswer } from '#server/adapter/guardian/guardian.ts'
import { PermissionService } from '#server/adapter/guardian/service.ts'
import { causeText, log } from '#server/log.ts'

const DEADLINE_MS = 2_000
/** A page and the verb behind it ask the same question within moments; deciding accepts answers of at most 5 s (decisions.md 4). */
const REUSE_MS = 1_500
const PROBE_MS = 10_000
const STALE_AFTER_MS = 30_000

const Check = z.object({ allowed: z.boolean(), reason: z.string().default('') })
const Rules = z.object({
  rules: z
    .array(
      z.object({
        apiGroup: z.string().default(''),
        resource: z.string(),
        verbs: z.array(z.string()),
        resourceNames: z.array(z.string()).optional(),
      }),
    )
    .nullish(),
})
const Principals = z.object({ principals: z.array(z.string()).nullish() })

/** Guardian empties its graph at each restart and then answers "not yet": no answer, not a no (guardian.md 1.2). */
const notYet = (reason: string): boolean => /not yet (computed|loaded)/.test(reason)

/** Guardian's PermissionService over gRPC with JSON. `address` is host:port, `cluster` the name Guardian computes for. */
export function createGuardian(settings: {
  readonly address: string
  readonly cluster: string
  /** Epoch milliseconds of the clock that ages are told by. */
  readonly now?: () => number
}): Guardian & { readonly stop: () => void } {
  const { now = Date.now } = settings
  const transport = createGrpcTransport({ baseUrl: `http://${settings.address}`, useBinaryFormat: false, defaultTimeoutMs: DEADLINE_MS })
  const recent = new Map<string, Promise<GuardianAnswer>>()
  let goodAt: number | undefined
  let failure: string | undefined = 'not asked yet'

  const ask = async <S extends z.ZodType>(
    method: 'checkPermission' | 'listPermissions' | 'whoCanDo',
    body: JsonObject,
    schema: S,
  ): Promise<z.output<S>> => {
    try {
      const answer = schema.parse(await call(transport, method, body))
      goodAt = now()
      failure = undefined
      return answer
    } catch (cause) {
      failure = causeText(cause)
      throw new AppError('unavailable', 'Guardian did not answer. Deciding is closed until it does: no answer is never a yes.', { cause })
    }
  }

  const check = async (login: string, permission: Permission): Promise<GuardianAnswer> => {
    const at = now()
    const { allowed, reason } = await ask(
      'checkPermission',
      { principal: principalOf(login), cluster: permission.cluster ?? settings.cluster, ...questionOf(permission) },
      Check,
    )
    if (!allowed && notYet(reason)) {
      failure = reason
      throw new AppError('unavailable', 'Guardian has not computed permissions yet. Deciding is closed until it has.', { cause: reason })
    }
    return { allowed, reason, at }
  }

  const probe = setInterval(() => {
    check('vortex-probe', { verb: 'get', group: '', resource: 'namespaces' }).catch((error: unknown) =>
      log.warn('guardian.silent', { error: causeText(error) }),
    )
  }, PROBE_MS)
  probe.unref()

  return {
    check: (login, permission) => {
      const key = JSON.stringify([login, permission])
      const known = recent.get(key)
      if (known) return known
      const answer = check(login, permission)
      recent.set(key, answer)
      const forget = (): void => void recent.delete(key)
      answer.then(() => setTimeout(forget, REUSE_MS).unref(), forget)
      return answer
    },
    listPermissions: async (login) => {
      // An empty list is no proof of "no rights" while nothing is computed, so ask a question that tells (guardian.md 1.2).
      const { rules } = await ask('listPermissions', { principal: principalOf(login), cluster: settings.cluster }, Rules)
      if (!rules?.length) await check(login, { verb: 'get', group: '', resource: 'namespaces' })
      return (rules ?? []).map(({ resourceNames, ...rule }) => ({ ...rule, ...(resourceNames && { resourceNames }) }))
    },
    whoCan: async (permission) => {
      const { name: _name, ...question } = permission
      const { principals } = await ask('whoCanDo', { cluster: settings.cluster, ...questionOf(question) }, Principals)
      return [...new Set(principals ?? [])]
    },
    age: () => ageOf(goodAt, failure, now()),
    stop: () => clearInterval(probe),
  }
}

const questionOf = ({ verb, group, resource, name }: Permission): JsonObject => ({
  verb,
  apiGroup: group,
  resource,
  ...(name !== undefined && { resourceName: name }),
})

async function call(transport: Transport, method: 'checkPermission' | 'listPermissions' | 'whoCanDo', body: JsonObject): Promise<unknown> {
  const descriptor = PermissionService.method[method]
  if (descriptor?.methodKind !== 'unary') throw new Error(`${method} is not a unary method`)
  // safe: checked one line above; the union of method kinds does not narrow
  const unary = descriptor as DescMethodUnary<DescMessage, DescMessage>
  const response = await transport.unary(unary, undefined, undefined, undefined, fromJson(StructSchema, body))
  return toJson(unary.output, response.message)
}

function ageOf(goodAt: number | undefined, failure: string | undefined, now: number): SourceAge {
  if (goodAt === undefined) return { source: 'Guardian', state: 'down', at: undefined, problem: failure }
  if (failure !== undefined) return { source: 'Guardian', state: 'down', at: goodAt, problem: failure }
  return { source: 'Guardian', state: now - goodAt > STALE_AFTER_MS ? 'stale' : 'fresh', at: goodAt, problem: undefined }
}
