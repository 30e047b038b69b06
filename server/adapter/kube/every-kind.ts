import 'server-only'
import type { ServedKind } from '#lib/kube/concept.ts'
import type { Kube } from '#server/adapter/kube/kube.ts'

// Discovery gives both lists anew at once, so what was put together holds as long as the first is there.
const together = new WeakMap<readonly ServedKind[], readonly ServedKind[]>()

/** All that can be opened in the explorer: what is served, and the kinds of the API server itself. The same array until discovery looks again. */
export function everyKind(kube: Pick<Kube, 'servedKinds' | 'builtInKinds'>): readonly ServedKind[] {
  const served = kube.servedKinds()
  const known = together.get(served)
  if (known !== undefined) return known
  const all = [...served, ...kube.builtInKinds()]
  together.set(served, all)
  return all
}
