import { conditionsOf, type KubeObject } from '#lib/kube/object.ts'
import type { Field } from '#lib/topology/graph.ts'

/** Tolerant access to objects of any generation: what is absent or of another type is undefined (conflicts.md G2). */
export const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  // safe: a non-null object that is no array is readable by string keys
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

export const textsOf = (value: unknown): readonly string[] => listOf(value).filter((entry): entry is string => typeof entry === 'string')

export const spec = (object: KubeObject): Readonly<Record<string, unknown>> => recordOf(object.spec)
export const status = (object: KubeObject): Readonly<Record<string, unknown>> => recordOf(object.status)

/** A reference may be a plain name or an object with a name (conflicts.md 21). */
export const nameIn = (value: unknown): string | undefined => textOf(value) ?? textOf(recordOf(value)['name'])

/** `True`, `False`, `Unknown`, or undefined: an absent condition is not evaluated yet (kinds.md 2.1). */
export const conditionOf = (object: KubeObject, type: string): 'True' | 'False' | 'Unknown' | undefined =>
  conditionsOf(object).find((condition) => condition.type === type)?.status

export const isTrue = (object: KubeObject, type: string): boolean => conditionOf(object, type) === 'True'

/** Rows of a side panel; what is absent makes no row. */
export const fieldsOf = (rows: Readonly<Record<string, string | undefined>>): readonly Field[] =>
  Object.entries(rows).flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]))
