import { type KubeClient, type KubeObject, KubeRefusal, type ObjectRef } from '../kube-client.ts'

/** What the API server did not take, in its own words. */
export type Refused = { readonly path: string; readonly object: string; readonly message: string }
/** What was not tried because an object it depends on was refused. */
export type Waiting = Refused & { readonly waitsFor: string }

export type Applied = { readonly blob: string; readonly ref: ObjectRef }

export type Inventory = {
  /** The commit whose tree was last gone through as a whole; empty before the first. */
  readonly commit: string
  readonly appliedAt: string
  readonly refused: readonly Refused[]
  readonly waiting: readonly Waiting[]
  readonly applied: ReadonlyMap<string, Applied>
}

export const INVENTORY: ObjectRef = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'gitops-system', name: 'gitops-inventory' }
export const FIELD_MANAGER = 'gitops-applier'

export const EMPTY_INVENTORY: Inventory = { commit: '', appliedAt: '', refused: [], waiting: [], applied: new Map() }

/** What earlier runs applied, from the cluster itself. */
export async function readInventory(kube: KubeClient): Promise<Inventory> {
  const found = await kube.get(INVENTORY)
  if (found === undefined) return EMPTY_INVENTORY
  const data = found['data'] as Readonly<Record<string, string>> // safe: a ConfigMap's data, written below
  const rows = JSON.parse(data['objects'] ?? '[]') as [string, string, string, string, string, string][] // safe: written below
  const applied = rows.map(([path, blob, apiVersion, kind, namespace, name]): [string, Applied] => [
    path,
    { blob, ref: { apiVersion, kind, name, ...(namespace !== '' && { namespace }) } },
  ])
  return {
    commit: data['commit'] ?? '',
    appliedAt: data['appliedAt'] ?? '',
    refused: JSON.parse(data['refused'] ?? '[]') as Refused[], // safe: written below
    waiting: JSON.parse(data['waiting'] ?? '[]') as Waiting[], // safe: written below
    applied: new Map(applied),
  }
}

/** Publishes the inventory where the portal reads it: the commit that is applied, and what was refused. */
export async function writeInventory(kube: KubeClient, inventory: Inventory): Promise<void> {
  const rows = [...inventory.applied].map(([path, { blob, ref }]) => [path, blob, ref.apiVersion, ref.kind, ref.namespace ?? '', ref.name])
  const document: KubeObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: INVENTORY.name, namespace: 'gitops-system' },
    data: {
      commit: inventory.commit,
      appliedAt: inventory.appliedAt,
      refused: JSON.stringify(inventory.refused),
      waiting: JSON.stringify(inventory.waiting),
      objects: JSON.stringify(rows),
    },
  }
  try {
    await kube.apply(document, FIELD_MANAGER)
  } catch (cause) {
    if (!(cause instanceof KubeRefusal && cause.code === 404)) throw cause
    await kube.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'gitops-system' } }, FIELD_MANAGER)
    await kube.apply(document, FIELD_MANAGER)
  }
}
