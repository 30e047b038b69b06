import { CustomObjectsApi, KubeConfig, makeInformer } from '@kubernetes/client-node'
import { GROUP } from './packs.ts'

/** Frozen: client-node's own informer of the packs, as its examples make one. Resolves once it holds them; tells how many it holds. */
export async function startInformer(kubeconfig: string): Promise<() => number> {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  const api = config.makeApiClient(CustomObjectsApi)
  const list = async () => api.listClusterCustomObject({ group: GROUP, version: 'v1', plural: 'packs' })
  const informer = makeInformer(config, `/apis/${GROUP}/v1/packs`, list)
  await informer.start()
  return () => informer.list().length
}
