import { CONCEPT, type Concept, type ConceptName, type ServedKind } from '#lib/kube/concept.ts'

// safe: the keys of a constant
const CONCEPTS = Object.keys(CONCEPT) as readonly Concept[]

/** What a kind means: its concept, the generation of this name and the place of the name in the order C, B, A. */
export type Meaning = { readonly concept: Concept; readonly name: ConceptName; readonly rank: number }

const keyOf = ({ group, kind }: Pick<ServedKind, 'group' | 'kind'>): string => `${group}/${kind}`

const MEANINGS: ReadonlyMap<string, Meaning> = new Map(
  CONCEPTS.flatMap((concept) => CONCEPT[concept].names.map((name, rank) => [keyOf(name), { concept, name, rank }] as const)),
)

/** What a kind means by group and kind together: a kind name alone names nothing (kinds.md 1.1, trap a). Undefined for a stranger. */
export const meaningOf = (kind: Pick<ServedKind, 'group' | 'kind'>): Meaning | undefined => MEANINGS.get(keyOf(kind))

/** Every name under which a concept is served now, best first: generation C, then B, then A. */
export function resolveAll(concept: Concept, served: readonly ServedKind[]): readonly ServedKind[] {
  return CONCEPT[concept].names.flatMap((name) => {
    const found = served.find((kind) => kind.group === name.group && kind.kind === name.kind)
    return found === undefined ? [] : [{ ...found, ...(name.generation !== undefined && { generation: name.generation }) }]
  })
}

/** The best name under which a concept is served now (conflicts.md G1). */
export const resolveConcept = (concept: Concept, served: readonly ServedKind[]): ServedKind | undefined => resolveAll(concept, served)[0]

/** How a kind that is named by group and kind is served now, whatever the case of the name: paths in the repository are in lower case. */
export const servedAs = (served: readonly ServedKind[], { group, kind }: Pick<ServedKind, 'group' | 'kind'>): ServedKind | undefined =>
  served.find((each) => each.group === group && each.kind.toLowerCase() === kind.toLowerCase())

/** Concepts that this cluster serves under no name. */
export const unserved = (served: readonly ServedKind[]): readonly Concept[] =>
  CONCEPTS.filter((concept) => resolveAll(concept, served).length === 0)
