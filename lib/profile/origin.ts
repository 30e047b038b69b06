import { canonicalJson } from '#lib/canonical.ts'
import { parseManifests, type Path, type Position } from '#lib/profile/manifests.ts'

/** Who put a value there (product.md, Authoring). */
export type Origin = 'curator' | 'default' | 'inherited' | 'author'

/** One value as drafted: from whom, and why in words. Documents of a draft are told apart by their kind. */
export type CuratedField = {
  readonly kind: string
  readonly path: Path
  readonly value: string | number | boolean | null
  readonly origin: Origin
  readonly note: string
}

/** One value as it stands in the text now. */
export type OriginMark = Position & {
  readonly kind: string
  readonly path: Path
  readonly origin: Origin
  readonly note: string
}

const keyOf = (kind: string, path: Path): string => canonicalJson([kind, ...path.map(String)])

const kindOf = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string' ? value.kind : ''

/** The origin of every value in the text. What differs from the draft, or was not in it, is the author's. */
export function originMarks(text: string, curated: readonly CuratedField[]): readonly OriginMark[] {
  const drafted = new Map(curated.map((field) => [keyOf(field.kind, field.path), field]))
  return parseManifests(text).documents.flatMap((document) => {
    const kind = kindOf(document.value)
    return document.leaves.map(({ path, value, position }): OriginMark => {
      const field = drafted.get(keyOf(kind, path))
      if (field === undefined) return { ...position, kind, path, origin: 'author', note: 'Written by you.' }
      if (field.value !== value)
        return { ...position, kind, path, origin: 'author', note: `Changed by you; the draft had ${String(field.value)}.` }
      return { ...position, kind, path, origin: field.origin, note: field.note }
    })
  })
}
