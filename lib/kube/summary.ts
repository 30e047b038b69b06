import type { KubeObject } from '#lib/kube/object.ts'
import { groupOf } from '#lib/kube/object.ts'
import { meaningOf } from '#lib/kube/resolve.ts'
import { type Fact, factsOf } from '#lib/kube/summary/facts.ts'
import { healthOf, type HealthReading } from '#lib/kube/summary/health.ts'

/** How an object of any kind stands and what it is about, in its kind's own terms. Facts need Operational (retrieval.md 3). */
export type Summary = { readonly health: HealthReading; readonly facts: readonly Fact[] }

const conceptOf = (object: KubeObject) => meaningOf({ group: groupOf(object), kind: object.kind })?.concept

// Objects are replaced, never changed: what was read of one holds as long as it is there.
const healths = new WeakMap<KubeObject, HealthReading>()

export function healthReading(object: KubeObject): HealthReading {
  const known = healths.get(object)
  if (known) return known
  const read = healthOf(object, conceptOf(object))
  healths.set(object, read)
  return read
}

export const summaryOf = (object: KubeObject): Summary => ({ health: healthReading(object), facts: factsOf(object, conceptOf(object)) })
