import type { KubeObject } from '#lib/kube/object.ts'
import { groupOf } from '#lib/kube/object.ts'
import { meaningOf } from '#lib/kube/resolve.ts'
import { type Fact, factsOf } from '#lib/kube/summary/facts.ts'
import { healthOf } from '#lib/kube/summary/health.ts'
import type { HealthReading } from '#lib/kube/summary/reading.ts'

/** How an object of any kind stands and what it is about, in its kind's own terms. Facts need Operational (retrieval.md 3). */
export type Summary = { readonly health: HealthReading; readonly facts: readonly Fact[] }

const conceptOf = (object: KubeObject) => meaningOf({ group: groupOf(object), kind: object.kind })?.concept

// Objects are replaced, never changed: what was read of one holds as long as it is there.
const healths = new WeakMap<KubeObject, HealthReading>()
const facts = new WeakMap<KubeObject, readonly Fact[]>()

function remembered<T>(known: WeakMap<KubeObject, T>, object: KubeObject, read: () => T): T {
  const before = known.get(object)
  if (before !== undefined) return before
  const made = read()
  known.set(object, made)
  return made
}

export const healthReading = (object: KubeObject): HealthReading => remembered(healths, object, () => healthOf(object, conceptOf(object)))

export const summaryOf = (object: KubeObject): Summary => ({
  health: healthReading(object),
  facts: remembered(facts, object, () => factsOf(object, conceptOf(object))),
})
