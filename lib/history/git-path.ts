import type { ServedKind } from '#lib/kube/concept.ts'
import type { ResourceRef } from '#lib/kube/ref.ts'

/** The object whose document stands at a path (decisions.md 14). The kind is in lower case there; `served` gives its real name. */
export function refOfPath(path: string, served: readonly ServedKind[]): ResourceRef | undefined {
  const [top, cluster, place, folder, file, ...rest] = path.split('/')
  if (top !== 'clusters' || cluster === undefined || place === undefined || folder === undefined || file === undefined || rest.length > 0)
    return undefined
  if (!/\.ya?ml$/.test(file)) return undefined
  const [kind = '', ...groups] = folder.split('.')
  const group = groups.join('.')
  const real = served.find((each) => each.group === group && each.kind.toLowerCase() === kind)?.kind ?? kind
  return { cluster, group, kind: real, namespace: place === '_cluster' ? '' : place, name: file.replace(/\.ya?ml$/, '') }
}

export const isGovernanceEvent = (path: string): boolean => /^governance\/events\/[^/]+\.ya?ml$/.test(path)
