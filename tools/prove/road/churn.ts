import { setTimeout as pause } from 'node:timers/promises'
import { type KubeClient, type KubeObject, KubeRefusal } from '#sandbox/kube-client.ts'

/** What is changed again and again: kinds of the demo world, and those of which copies come and go. */
const CHANGED = [
  ['seam.ontai.dev/v1alpha1', 'TalosCluster'],
  ['seam.ontai.dev/v1alpha1', 'PackDelivery'],
  ['core.ontai.dev/v1alpha1', 'DomainIdentity'],
  ['app.ontai.dev/v1alpha1', 'AppProfile'],
] as const
const COPIES = 50

/** Labels of objects that stand, and ConfigMaps that come and go, so many changes a second until ended. Gives how many were made. */
export function churn(kube: KubeClient, perSecond: number): { readonly made: () => number; readonly end: () => Promise<void> } {
  let made = 0
  let isOver = false
  const run = async (): Promise<void> => {
    const standing: KubeObject[] = []
    for (const [apiVersion, kind] of CHANGED) standing.push(...(await listed(kube, apiVersion, kind)))
    if (standing.length === 0) throw new Error('there is nothing to change in this world')
    const startedAt = performance.now()
    while (!isOver) {
      await oneChange(kube, standing, made).catch(() => {})
      made += 1
      await pause(Math.max(0, startedAt + (made * 1000) / perSecond - performance.now()))
    }
  }
  const running = run()
  return {
    made: () => made,
    end: async () => {
      isOver = true
      await running
    },
  }
}

/** A kind that this world does not serve has no objects. */
const listed = (kube: KubeClient, apiVersion: string, kind: string): Promise<readonly KubeObject[]> =>
  kube.list({ apiVersion, kind }).then(
    ({ items }) => items,
    (error: unknown) => {
      if (error instanceof KubeRefusal && error.code === 404) return []
      throw error
    },
  )

async function oneChange(kube: KubeClient, standing: readonly KubeObject[], count: number): Promise<void> {
  const [name, namespace] = [`soak-${count % COPIES}`, 'default']
  if (count % 4 === 0)
    await kube.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: { count: String(count) } }, 'soak')
  else if (count % 4 === 2 && count % COPIES < 25) await kube.remove({ apiVersion: 'v1', kind: 'ConfigMap', name, namespace })
  else {
    const object = standing[count % standing.length]
    if (object === undefined) return
    const { apiVersion, kind, metadata } = object
    const place = { name: metadata.name, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }) }
    await kube.apply({ apiVersion, kind, metadata: { ...place, labels: { 'soak.example.org/turn': String(count) } } }, 'soak')
  }
}
