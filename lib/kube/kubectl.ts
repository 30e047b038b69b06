import type { ServedKind } from '#lib/kube/concept.ts'
import type { ResourceRef } from '#lib/kube/ref.ts'

/** Names of some kinds may hold characters that a shell reads: what is not plain is quoted. */
const quoted = (text: string): string =>
  /^[\w.:-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`

/** The kubectl command that reads an object, with the whole name of its kind: two groups may serve one kind name. */
export function kubectlGet({ group, kind, namespace, name }: ResourceRef, served: readonly ServedKind[]): string {
  const plural = served.find((each) => each.group === group && each.kind === kind)?.plural ?? kind.toLowerCase()
  const resource = quoted(group === '' ? plural : `${plural}.${group}`)
  return `kubectl get ${resource} ${quoted(name)}${namespace === '' ? '' : ` -n ${quoted(namespace)}`} -o yaml`
}
