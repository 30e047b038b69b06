import 'server-only'
import { z } from 'zod'
import { ofPart } from '#lib/routes.ts'

const part = z.string().max(253)

/** One object by its address; `_` in an address stands for the empty group or namespace (lib/routes.ts). */
export const ObjectInput = z.object({
  cluster: part.min(1),
  group: part.transform(ofPart),
  kind: part.min(1),
  namespace: part.transform(ofPart),
  name: part.min(1),
})
