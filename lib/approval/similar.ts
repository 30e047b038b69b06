/** What two requests are compared by. */
export type Likeness = {
  readonly type: string | undefined
  readonly from: string | undefined
  readonly to: string | undefined
  readonly domains: readonly string[]
  readonly tier: string
  readonly rules: readonly string[]
}

const POINTS = { pair: 8, from: 3, to: 3, type: 3, domains: 2, rules: 2, tier: 1 } as const
/** Less than this is chance: the tier and a shared domain are no likeness. */
const LEAST = 4

/** How alike two requests are: points and the reasons in words. The same for the same two, whoever asks and whenever. */
export function likeness(one: Likeness, other: Likeness): { readonly points: number; readonly reasons: readonly string[] } {
  const found: [number, string][] = []
  const same = (a: string | undefined, b: string | undefined): boolean => a !== undefined && a === b
  if (same(one.from, other.from) && same(one.to, other.to)) found.push([POINTS.pair, 'the same two participants'])
  else if (same(one.from, other.to) && same(one.to, other.from))
    found.push([POINTS.pair - 2, 'the same two participants, the other way round'])
  else {
    if (same(one.from, other.from)) found.push([POINTS.from, `the same initiator ${one.from}`])
    if (same(one.to, other.to)) found.push([POINTS.to, `the same counterpart ${one.to}`])
  }
  if (same(one.type, other.type)) found.push([POINTS.type, `also ${one.type}`])
  if (
    one.domains.length > 0 &&
    one.domains.every((domain) => other.domains.includes(domain)) &&
    one.domains.length === other.domains.length
  )
    found.push([POINTS.domains, `between the same domains`])
  const shared = one.rules.filter((rule) => other.rules.includes(rule))
  if (shared.length > 0) found.push([POINTS.rules, `${shared.join(', ')} found in both`])
  if (one.tier === other.tier && one.tier !== 'Unknown') found.push([POINTS.tier, `also ${one.tier} risk`])
  return { points: found.reduce((sum, [points]) => sum + points, 0), reasons: found.map(([, reason]) => reason) }
}

/** The past that is most alike, best first; of two that are equally alike the newer, then by id. */
export function mostAlike<T extends { readonly id: string; readonly sealedAt: string; readonly like: Likeness }>(
  one: Likeness,
  past: readonly T[],
  most: number,
): readonly (T & { readonly alike: readonly string[] })[] {
  return past
    .map((other) => ({ other, ...likeness(one, other.like) }))
    .filter(({ points }) => points >= LEAST)
    .toSorted(
      (a, b) =>
        b.points - a.points ||
        (a.other.sealedAt < b.other.sealedAt ? 1 : a.other.sealedAt > b.other.sealedAt ? -1 : 0) ||
        (a.other.id < b.other.id ? -1 : 1),
    )
    .slice(0, most)
    .map(({ other, reasons }) => ({ ...other, alike: reasons }))
}
