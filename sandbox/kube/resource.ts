import type { JsonObject } from './json.ts'
import type { Schema } from './schema/compile.ts'
import type { FieldProblem } from './status-error.ts'

export type Column = {
  readonly name: string
  readonly type: string
  readonly format: string
  readonly description: string
  readonly jsonPath: string
  readonly priority: number
}

/** A served kind in one version. `schema` is the JSON form for OpenAPI, `compiled` the one that runs. */
export type Resource = {
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly singular: string
  readonly kind: string
  readonly listKind: string
  readonly isNamespaced: boolean
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly hasStatus: boolean
  readonly hasGeneration: boolean
  readonly isCustom: boolean
  readonly columns: readonly Column[]
  readonly schema: JsonObject
  readonly compiled: Schema
  readonly nameRule: 'subdomain' | 'label' | 'segment'
  /** What JSON schema cannot say, for built-in kinds. */
  readonly admit?: (
    object: JsonObject,
    before: JsonObject | null,
  ) => { readonly object: JsonObject; readonly problems: readonly FieldProblem[] }
}

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'] as const

/** The verbs of a kind; namespaces go one by one. */
export const verbsOf = ({ group, plural }: Pick<Resource, 'group' | 'plural'>): string[] =>
  VERBS.filter((verb) => verb !== 'deletecollection' || group !== '' || plural !== 'namespaces')

export const apiVersionOf = ({ group, version }: Pick<Resource, 'group' | 'version'>): string =>
  group === '' ? version : `${group}/${version}`

/** The shelf of a resource in storage: one for all its versions. */
export const shelfOf = ({ group, plural }: Pick<Resource, 'group' | 'plural'>): string => `${group}/${plural}`
export const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`
