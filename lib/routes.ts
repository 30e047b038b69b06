import { groupPart } from '#lib/kube/group-part.ts'
import type { ResourceRef } from '#lib/kube/ref.ts'

const part = (text: string): string => encodeURIComponent(text === '' ? '_' : text)

/** What a part of an address stands for. */
export const ofPart = (part: string): string => (part === '_' ? '' : part)

const clusterParam = (cluster: string | undefined) => (cluster === undefined ? '' : (`?cluster=${encodeURIComponent(cluster)}` as const))

/** Every internal link is built here, so a renamed page is one edit and a dead link is a type error. */
export const routes = {
  home: () => '/' as const,
  signIn: () => '/signin' as const,
  approvals: () => '/approvals' as const,
  approval: (id: string) => `/approvals/${id}` as const,
  undo: (id: string) => `/approvals/${id}/undo` as const,
  deliveries: () => '/deliveries' as const,
  delivery: (id: string) => `/deliveries/${id}` as const,
  topology: () => '/topology' as const,
  topologyAt: (focus: string, hops = 1) => `/topology?focus=${encodeURIComponent(focus)}&hops=${hops}` as const,
  profiles: () => '/profiles' as const,
  newProfile: () => '/profiles/new' as const,
  profile: (namespace: string, name: string) => `/profiles/${part(namespace)}/${part(name)}` as const,
  history: () => '/history' as const,
  /** Empty namespace and core group stand as `_`. */
  object: (ref: ResourceRef) =>
    `/objects/${part(ref.cluster)}/${part(ref.group)}/${part(ref.kind)}/${part(ref.namespace)}/${part(ref.name)}` as const,
  /** Of the cluster that is decided about, or of another one by its name. */
  resources: (cluster?: string) => `/resources${clusterParam(cluster)}` as const,
  /** The core group stands as `core`. */
  resourceKind: ({ group, kind }: { readonly group: string; readonly kind: string }, cluster?: string) =>
    `/resources/${part(groupPart(group))}/${part(kind)}${clusterParam(cluster)}` as const,
  notifications: () => '/notifications' as const,
  policy: () => '/policy' as const,
  ledger: () => '/ledger' as const,
  ledgerEntry: (seq: number) => `/ledger?entry=${seq}` as const,
  specimen: () => '/specimen' as const,
}
