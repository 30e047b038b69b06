import 'server-only'
import type { KubeObject } from '#lib/kube/object.ts'
import type { Database } from '#server/adapter/db/client.ts'
import { withoutRequest } from '#server/approval/repo-line.ts'
import type { Ctx } from '#server/context.ts'

type Identified = KubeObject & { readonly metadata: { readonly uid: string } }

/** A request is never deleted, so what once had a row has one for good: only what is new in this process is asked for. */
const known = new WeakMap<Database, Set<string>>()
const ASKED_AT_ONCE = 1_000

/** Objects without a request. One query for each thousand that this process has not seen, none in the quiet. */
export async function unseen(ctx: Ctx, objects: readonly KubeObject[]): Promise<readonly Identified[]> {
  const seen = known.get(ctx.database) ?? new Set<string>()
  known.set(ctx.database, seen)
  const strange = objects.filter((object): object is Identified => object.metadata.uid !== undefined && !seen.has(object.metadata.uid))
  const fresh: Identified[] = []
  for (let at = 0; at < strange.length; at += ASKED_AT_ONCE) {
    const part = strange.slice(at, at + ASKED_AT_ONCE)
    const without = await withoutRequest(
      ctx.db,
      ctx.kube.cluster,
      part.map((object) => object.metadata.uid),
    )
    for (const object of part)
      if (without.has(object.metadata.uid)) fresh.push(object)
      else seen.add(object.metadata.uid)
  }
  return fresh
}
