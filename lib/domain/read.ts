import { z } from 'zod'
import { groupOf, type KubeObject } from '#lib/kube/object.ts'

/** One object as read: a field that could not be read is undefined and named in `problems`, never thrown or invented. */
export type Read<F> = {
  readonly group: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly uid: string | undefined
  readonly generation: number
  readonly spec: F
  readonly problems: readonly string[]
}

type Shape = Readonly<Record<string, z.ZodType>>
export type Fields<S extends Shape> = { readonly [K in keyof S]: z.output<S[K]> | undefined }

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {}

const problemText = (field: string, issue: z.core.$ZodIssue): string => `spec.${[field, ...issue.path].join('.')}: ${issue.message}`

/** Makes a reader of one kind from the shape of its spec: each field is parsed alone, so one broken field hides no other. */
export function reader<S extends Shape>(shape: S): (object: KubeObject) => Read<Fields<S>> {
  // Objects are never changed in place, and one evaluation reads the same ones for many requests.
  const seen = new WeakMap<KubeObject, Read<Fields<S>>>()
  return (object) => {
    const known = seen.get(object)
    if (known !== undefined) return known
    const read = readSpec(shape, object)
    seen.set(object, read)
    return read
  }
}

function readSpec<S extends Shape>(shape: S, object: KubeObject): Read<Fields<S>> {
  const raw = recordOf(object.spec)
  const problems: string[] = []
  const entries = Object.entries(shape).map(([field, schema]) => {
    const parsed = schema.safeParse(raw[field])
    if (!parsed.success) problems.push(...parsed.error.issues.map((issue) => problemText(field, issue)))
    return [field, parsed.success ? parsed.data : undefined]
  })
  return {
    group: groupOf(object),
    kind: object.kind,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
    uid: object.metadata.uid,
    generation: object.metadata.generation ?? 0,
    // safe: the entries are made from the keys of the shape and the outputs of their own schemas
    spec: Object.fromEntries(entries) as Fields<S>,
    problems,
  }
}

/** A platform reference; it carries no namespace (domain-and-app-core.md, head). */
export const Ref = z.object({ group: z.string().optional(), kind: z.string().optional(), name: z.string().min(1) })
export const text = z.string()
export const count = z.int().min(1)
export const rate = z.number().min(0).max(1)
export const Tier = z.enum(['production', 'staging', 'development'])
export const AccessMode = z.enum(['rbac', 'abac', 'both'])
export const Retry = z.object({ maxAttempts: count, backoffSeconds: count })

export type Tier = z.output<typeof Tier>
export type AccessMode = z.output<typeof AccessMode>
