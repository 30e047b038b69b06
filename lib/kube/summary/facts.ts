import type { Concept } from '#lib/kube/concept.ts'
import { groupOf, type KubeObject } from '#lib/kube/object.ts'
import { BUILT_IN_ROWS } from '#lib/kube/summary/built-in-rows.ts'
import { CLUSTER_ROW, type FactRow, IDENTITY_ROW } from '#lib/kube/summary/fact-row.ts'
import { GOVERNED_ROWS } from '#lib/kube/summary/governed-rows.ts'
import { PLATFORM_ROWS } from '#lib/kube/summary/platform-rows.ts'
import { countIn, firstAt, inWords } from '#lib/kube/summary/read.ts'

export type Fact = { readonly label: string; readonly value: string }

const FACTS: Partial<Record<Concept, readonly FactRow[]>> = { ...PLATFORM_ROWS, ...GOVERNED_ROWS }

/** For kinds without terms of their own here. */
const GENERIC: readonly FactRow[] = [
  ['Phase', 'status.phase|status.currentPhase|status.state'],
  IDENTITY_ROW,
  ['Version', 'spec.version'],
  ['Type', 'spec.type'],
  CLUSTER_ROW,
]

/** A short list in the kind's own terms; what is absent or of another type makes no row. */
export function factsOf(object: KubeObject, concept: Concept | undefined): readonly Fact[] {
  const rows = (concept === undefined ? BUILT_IN_ROWS.get(`${groupOf(object)}/${object.kind}`) : FACTS[concept]) ?? GENERIC
  return rows.flatMap(([label, paths]) => {
    const value = factAt(object, paths)
    return value === undefined ? [] : [{ label, value }]
  })
}

function factAt(object: KubeObject, paths: string): string | undefined {
  for (const path of paths.split('|')) {
    const found = path.endsWith('#') ? countIn(firstAt(object, path.slice(0, -1))) : inWords(firstAt(object, path))
    if (found !== undefined) return found
  }
  return undefined
}
