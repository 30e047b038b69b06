import 'server-only'
import { z } from 'zod'
import type { ResourceRef } from '#lib/kube/ref.ts'
import { servedAs } from '#lib/kube/resolve.ts'
import { ofPart } from '#lib/routes.ts'
import { everyKind } from '#server/adapter/kube/every-kind.ts'
import type { Ctx } from '#server/context.ts'

const part = z.string().max(253)

/** The object as its kind is served: addresses that people type and paths of the repository have the kind in lower case. */
export function asServed({ kube }: Pick<Ctx, 'kube'>, ref: ResourceRef): ResourceRef {
  const kind = servedAs(everyKind(kube), ref)?.kind
  return kind === undefined ? ref : { ...ref, kind }
}

/** One object by its address; `_` in an address stands for the empty group or namespace (lib/routes.ts). */
export const ObjectInput = z.object({
  cluster: part.min(1),
  group: part.transform(ofPart),
  kind: part.min(1),
  namespace: part.transform(ofPart),
  name: part.min(1),
})
