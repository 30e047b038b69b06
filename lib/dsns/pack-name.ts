import type { PackHow } from '#lib/dsns/record.ts'

export type PackName = { readonly name: string; readonly version: string | null; readonly how: PackHow }

const V_VERSION = /^v\d+(\.\d+)*([-+][0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/
const NUMERIC_VERSION = /^\d+(\.\d+)+([-+][0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/

/** The owner name that the platform writes for an installed pack: the exact, forward direction (dsns.md 6.1). */
export const packOwnerName = (
  pack: { readonly name: string; readonly version: string; readonly cluster: string },
  label: 'wrapper' | 'dispatcher' = 'wrapper',
): string => `pack.${pack.name}.${pack.version}.${label}.${pack.cluster}`

/**
 * Tells name and version apart in `{name}.{version}`, both of which may hold dots; first rule that fits (dsns.md 6.3).
 * `joined` needs the pack among `known`; every other answer is inferred and must be shown so.
 */
export function splitPack(middle: string, known: ReadonlyMap<string, { readonly name: string; readonly version: string }>): PackName {
  const joined = known.get(middle)
  if (joined) return { name: joined.name, version: joined.version, how: 'joined' }

  const labels = middle.split('.')
  const at = (i: number) => ({ name: labels.slice(0, i).join('.'), version: labels.slice(i).join('.') })
  const cuts = labels.map((_, i) => i).slice(1)

  const repeated = cuts.map(at).filter((cut) => cut.name.endsWith(`-${cut.version}`))
  const [only] = repeated
  if (only && repeated.length === 1) return { ...only, how: 'name-suffix' }
  if (cuts.length > 0 && labels.at(-1) === 'unknown') return { ...at(labels.length - 1), how: 'unknown' }
  for (const i of cuts.toReversed()) if (/^v\d/.test(labels[i] ?? '') && V_VERSION.test(at(i).version)) return { ...at(i), how: 'v-label' }
  for (const i of cuts) if (/^\d+$/.test(labels[i] ?? '') && NUMERIC_VERSION.test(at(i).version)) return { ...at(i), how: 'numeric' }
  return { name: middle, version: null, how: 'ambiguous' }
}

/** Cuts at the last separator whose right side is known, else at the last one: cluster names can hold dots (dsns.md 6.2). */
export function cutAtLast(
  text: string,
  separator: string,
  isKnown: (right: string) => boolean,
): { readonly left: string; readonly right: string } | undefined {
  let fallback: { left: string; right: string } | undefined
  for (let at = text.lastIndexOf(separator); at > 0; at = at === 0 ? -1 : text.lastIndexOf(separator, at - 1)) {
    const cut = { left: text.slice(0, at), right: text.slice(at + separator.length) }
    if (isKnown(cut.right)) return cut
    fallback ??= cut
  }
  return fallback
}
