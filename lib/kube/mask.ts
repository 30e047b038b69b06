import type { KubeObject } from '#lib/kube/object.ts'

/** What stands where key material stood. */
export const MASKED = 'Masked: this field holds key material and is never shown.'

/** Fields that hold keys, tokens or machine configuration, by kind in whatever group it is served (kinds.md 9). */
const FIELDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['MachineConfig', ['machine', 'cluster']],
  ['HardeningProfile', ['machineConfigPatches']],
  ['IdentityProvider', ['caBundle', 'tokenSigningKey']],
])

/** Kinds of which nothing but the metadata may reach this process (kinds.md 9). */
export const isBodyless = ({ kind }: { readonly kind: string }): boolean => kind === 'MachineConfig' || kind === 'Secret'

/** kubectl keeps the whole spec a second time in this annotation. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
/** Other appliers do so too, each under a name of its own: `kapp.k14s.io/original`, `objectset.rio.cattle.io/applied`. */
const COPY = /(last-applied[^/]*|\/original|\/applied|applied-config[^/]*)$/

/** The object without key material: masked fields keep their names, so that nobody takes them for unset. */
export function masked(object: KubeObject): KubeObject {
  const fields = FIELDS.get(object.kind)
  if (fields === undefined && object.kind !== 'Secret') return object
  const { annotations = {} } = object.metadata
  const metadata = Object.keys(annotations).some((name) => COPY.test(name))
    ? {
        ...object.metadata,
        annotations: Object.fromEntries(Object.entries(annotations).map(([name, value]) => [name, COPY.test(name) ? MASKED : value])),
      }
    : object.metadata
  if (object.kind === 'Secret') {
    const { apiVersion, kind } = object
    const type: unknown = Reflect.get(object, 'type')
    return { apiVersion, kind, metadata, ...(typeof type === 'string' && { type }) }
  }
  return { ...object, metadata, spec: maskedSpec(object.spec, fields ?? []) }
}

const maskedSpec = (spec: unknown, fields: readonly string[]): unknown =>
  typeof spec === 'object' && spec !== null
    ? Object.fromEntries(Object.entries(spec).map(([key, value]: [string, unknown]) => [key, fields.includes(key) ? MASKED : value]))
    : spec

const OF_A_SECRET = /^(apiVersion|kind|type|metadata)([.[]|$)/

/**
 * The part of a document of this kind that holds key material and that a field such as `spec.machine.token` is in; undefined for a field that
 * may be shown. The path itself may not: elements of a list are told apart by what they are. A text that is no YAML is such a part as a whole.
 */
export function maskedPart({ kind }: { readonly kind: string }, path: string): string | undefined {
  const fields = FIELDS.get(kind)
  if (fields === undefined && kind !== 'Secret') return undefined
  if (path.includes(LAST_APPLIED)) return `metadata.annotations.${LAST_APPLIED}`
  if (!/^[A-Za-z]/.test(path)) return '(text)'
  if (kind === 'Secret') return OF_A_SECRET.test(path) ? undefined : path.split(/[.[]/)[0]
  const field = fields?.find((each) => new RegExp(`^spec\\.${each}([.[]|$)`).test(path))
  return field && `spec.${field}`
}
