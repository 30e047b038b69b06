import 'server-only'
import { isRecord } from '#lib/is-record.ts'
import { Ajv, type ErrorObject } from 'ajv'
import ajvFormats from 'ajv-formats'
import { z } from 'zod'
import type { KubeObject } from '#lib/kube/object.ts'
import type { SchemaCheck } from '#lib/profile/check-profile.ts'
import type { Ctx } from '#server/context.ts'
import { causeText, log } from '#server/log.ts'

const Crd = z.object({
  spec: z.object({
    group: z.string(),
    names: z.object({ kind: z.string() }),
    versions: z.array(
      z.object({
        name: z.string(),
        served: z.boolean(),
        schema: z.object({ openAPIV3Schema: z.record(z.string(), z.unknown()) }).optional(),
      }),
    ),
  }),
})

type Schemas = ReadonlyMap<string, SchemaCheck>
// The API server gives a new object for each version of a definition, so what was compiled from one stays true of it.
const compiled = new WeakMap<KubeObject, Schemas>()

/** Finds the check of a kind from the CustomResourceDefinitions that the cluster serves now. */
export function servedSchemas(ctx: Pick<Ctx, 'kube'>): (apiVersion: string, kind: string) => SchemaCheck | undefined {
  const answer = ctx.kube.listKind('apiextensions.k8s.io', 'CustomResourceDefinition')
  const definitions = answer.state === 'down' ? [] : answer.value
  return (apiVersion, kind) => {
    for (const definition of definitions) {
      const check = schemasOf(definition).get(`${apiVersion}/${kind}`)
      if (check !== undefined) return check
    }
    return undefined
  }
}

function schemasOf(definition: KubeObject): Schemas {
  const known = compiled.get(definition)
  if (known !== undefined) return known
  const parsed = Crd.safeParse(definition)
  const schemas = new Map<string, SchemaCheck>()
  if (parsed.success) {
    const { group, names, versions } = parsed.data.spec
    for (const { name, served, schema } of versions)
      if (served && schema !== undefined)
        schemas.set(`${group}/${name}/${names.kind}`, lazily(`${group}/${names.kind}`, schema.openAPIV3Schema))
  }
  compiled.set(definition, schemas)
  return schemas
}

/** Compiles at first use: a cluster serves many kinds, a profile has nine. */
function lazily(name: string, schema: Readonly<Record<string, unknown>>): SchemaCheck {
  let check: SchemaCheck | undefined
  return (object) => (check ??= compile(name, schema))(object)
}

function compile(name: string, schema: Readonly<Record<string, unknown>>): SchemaCheck {
  try {
    const ajv = new Ajv({ strict: false, allErrors: true, logger: false })
    ajvFormats.default(ajv, ['date-time', 'date', 'uri', 'email', 'uuid', 'int32', 'int64', 'double', 'float', 'byte'])
    const validate = ajv.compile(closed(schema, true))
    return (object) => (validate(object) ? [] : (validate.errors ?? []).map(problemOf))
  } catch (error) {
    log.warn('profile.schema-unreadable', { kind: name, error: causeText(error) })
    return () => [{ path: ['kind'], message: 'The schema of this kind cannot be read, so it cannot be checked here.' }]
  }
}

/** A structural schema drops unknown fields in silence; a writer wants to hear of them. The root and metadata stay open. */
function closed(schema: Readonly<Record<string, unknown>>, root = false): Readonly<Record<string, unknown>> {
  const { properties, items, additionalProperties, ...rest } = schema
  const open = root || rest['x-kubernetes-preserve-unknown-fields'] === true || rest['x-kubernetes-embedded-resource'] === true
  return {
    ...rest,
    ...(isRecord(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, one]) => [key, isRecord(one) && !(root && key === 'metadata') ? closed(one) : one]),
      ),
    }),
    ...(isRecord(items) && { items: closed(items) }),
    ...(additionalProperties !== undefined
      ? { additionalProperties: isRecord(additionalProperties) ? closed(additionalProperties) : additionalProperties }
      : isRecord(properties) && !open && { additionalProperties: false }),
  }
}

function problemOf({ instancePath, message, keyword, params }: ErrorObject): ReturnType<SchemaCheck>[number] {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (keyword === 'additionalProperties') {
    const field = String(params['additionalProperty'])
    return { path: [...path, field], message: `${field} is no field of this kind. Remove it or correct its name.` }
  }
  if (keyword === 'required') return { path, message: `${String(params['missingProperty'])} is missing.` }
  const place = path.at(-1) ?? 'The document'
  if (keyword === 'enum') return { path, message: `${place} is one of ${[params['allowedValues']].flat().map(String).join(', ')}.` }
  if (keyword === 'type') return { path, message: `${place} is of type ${String(params['type'])}.` }
  return { path, message: `${place} ${message ?? 'is not valid'}.` }
}
