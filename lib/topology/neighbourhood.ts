import type { GraphEdge } from '#lib/topology/graph.ts'

export const HOPS_MAX = 6

/** How far each node is from the focus, in edges of either direction; nodes farther than `hops` are not in the map. Blast radius of ui.md 5.8. */
export function neighbourhood(edges: readonly Pick<GraphEdge, 'from' | 'to'>[], focus: string, hops: number): ReadonlyMap<string, number> {
  const around = new Map<string, string[]>()
  const join = (a: string, b: string): void => {
    const list = around.get(a)
    if (list) list.push(b)
    else around.set(a, [b])
  }
  for (const { from, to } of edges) {
    join(from, to)
    join(to, from)
  }
  const distance = new Map([[focus, 0]])
  let ring: readonly string[] = [focus]
  for (let hop = 1; hop <= hops && ring.length > 0; hop++) {
    const next: string[] = []
    for (const id of ring)
      for (const other of around.get(id) ?? []) {
        if (distance.has(other)) continue
        distance.set(other, hop)
        next.push(other)
      }
    ring = next
  }
  return distance
}

/** The node meant by a focus: its id, `group/Kind/namespace/name` of any object behind it, `Kind/name`, or a name that only one node bears. */
export function resolveFocus(
  graph: {
    readonly nodes: readonly { readonly id: string; readonly name: string; readonly label: string }[]
    readonly aliases: ReadonlyMap<string, string>
  },
  focus: string,
): string | undefined {
  if (graph.nodes.some((node) => node.id === focus)) return focus
  const alias = graph.aliases.get(focus)
  if (alias !== undefined) return alias
  const [kind, name] = focus.split('/')
  const byKind = [...graph.aliases].filter(([key]) => key.split('/')[1] === kind && key.endsWith(`/${name ?? ''}`)).map(([, id]) => id)
  const named = graph.nodes.filter((node) => node.name === focus || `${node.label}/${node.name}` === focus).map((node) => node.id)
  for (const found of [new Set(name === undefined ? [] : byKind), new Set(named)]) {
    const [only] = found
    if (found.size === 1 && only !== undefined) return only
  }
  // An application, its identity and its packs may share a name: the identity is the one that relates to others.
  return named.find((id) => id === `identity/${focus}`)
}
