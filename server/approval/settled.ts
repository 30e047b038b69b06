import 'server-only'
import type { Concept } from '#lib/kube/concept.ts'
import { DECLARED } from '#lib/relationship/declared.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import type { Database } from '#server/adapter/db/client.ts'
import type { RequestRow } from '#server/approval/repo.ts'
import { gitProblems } from '#server/approval/sources.ts'
import { policyNow } from '#server/approval/subject.ts'
import type { Ctx } from '#server/context.ts'
import { headOf } from '#server/policy/load.ts'

/** Everything is read again at least so often, whatever the marks say. */
const LOOK_ANYWAY_MS = 60_000

type Mark = { readonly text: string; readonly at: number }
const marks = new WeakMap<Database, Map<string, Mark>>()

export type Look = {
  /** The request was read and nothing that its reading depends on has moved since. */
  readonly settled: boolean
  /** Remembers, after a reading that began with this look, that the request stands as it does now. */
  readonly mark: (row: RequestRow) => void
}

/**
 * What need not be read again in this pass: an admission whose object, row, repository head and declared state are those of its
 * last reading. One new request then costs one reading and not a thousand. Never while a rule may act by itself or a clock runs out.
 */
export async function settledSince(ctx: Ctx): Promise<(row: RequestRow) => Look> {
  const loaded = await policyNow(ctx)
  const shared = [headOf(loaded), ...gitProblems(ctx), ...Object.values(DECLARED).map((concept) => versionOf(ctx, concept))].join('\n')
  const acts = !loaded.ok || loaded.policy.autoAdmission.enabled
  const known = marks.get(ctx.database) ?? new Map<string, Mark>()
  marks.set(ctx.database, known)
  const objectOf = (row: RequestRow): KubeObject | undefined => {
    const seen = ctx.kube.get(row.group, row.resourceKind, row.namespace, row.name)
    const object = seen.state === 'fresh' ? seen.value : undefined
    return row.kind === 'admission' && object?.metadata.uid === row.uid ? object : undefined
  }
  const isSettled = (row: RequestRow, text: string): boolean => {
    const mark = known.get(row.id)
    if (acts || mark === undefined || performance.now() - mark.at > LOOK_ANYWAY_MS) return false
    return (row.decideBy === null || row.decideBy > ctx.now) && mark.text === text
  }
  return (row) => {
    // As it is before the reading: what the controller writes meanwhile was perhaps not read.
    const object = objectOf(row)
    const textOf = (read: RequestRow, from: KubeObject): string =>
      [numberOf(from), read.digest, read.state, read.updatedAt.getTime(), shared].join('\n')
    return {
      settled: object !== undefined && isSettled(row, textOf(row, object)),
      mark: (now) => {
        if (object === undefined || now.state !== 'open') known.delete(row.id)
        else known.set(row.id, { text: textOf(now, object), at: performance.now() })
      },
    }
  }
}

/** The reflector makes a new object for every change that it hears of: its number says whether it is still the same one. */
const numbers = new WeakMap<KubeObject, number>()
let last = 0
function numberOf(object: KubeObject): number {
  const known = numbers.get(object)
  if (known !== undefined) return known
  numbers.set(object, (last += 1))
  return last
}

/** Which objects of a kind stand; a source that is not fresh never stands twice the same. */
function versionOf(ctx: Ctx, concept: Concept): string {
  const seen = ctx.kube.list(concept)
  return seen.state === 'fresh' ? seen.value.map(numberOf).join(' ') : `${seen.state} ${(last += 1)}`
}
