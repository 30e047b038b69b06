import type { ServedKind } from '#lib/kube/concept.ts'

type Named = Pick<ServedKind, 'group' | 'kind'>

/** Groups of the API server itself and of what is defined along with it. */
export const isKubernetesGroup = (group: string): boolean =>
  group === '' || /(^|\.)k8s\.io$|^(apps|batch|autoscaling|policy|extensions)$/.test(group)

/** What the portal itself rests on: definitions, the zone and what an applier refused, namespaces. */
const NEEDED: ReadonlySet<string> = new Set(['/Namespace', '/ConfigMap', 'apiextensions.k8s.io/CustomResourceDefinition'])
export const isNeeded = ({ group, kind }: Named): boolean => NEEDED.has(`${group}/${kind}`)

/** Kinds of the API server itself: many, busy and not governed, so nothing but the explorer reads them, and only what somebody opened. */
export const isBuiltIn = (kind: Named): boolean => isKubernetesGroup(kind.group) && !isNeeded(kind)

/** Events are many and short-lived: they are asked for by object and never followed. */
export const isEvent = ({ group, kind }: Named): boolean => kind === 'Event' && (group === '' || group === 'events.k8s.io')
