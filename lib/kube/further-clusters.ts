import { err, ok, type Result } from '#lib/result.ts'

/** A cluster that is read beside the one that is decided about: its name for Guardian, and the kubeconfig's context that reaches it. */
export type FurtherCluster = { readonly cluster: string; readonly context: string }

/** Reads `cluster=context, cluster=context`; a name alone is both. `home` is the cluster that is decided about. */
export function parseClusters(text: string, home: string): Result<readonly FurtherCluster[], string> {
  const found: FurtherCluster[] = []
  for (const part of text.split(',').map((each) => each.trim())) {
    if (part === '') continue
    const [cluster = '', context = cluster] = part.split(/=(.*)/, 2).map((each) => each.trim())
    if (cluster === '' || context === '') return err(`“${part}” must be cluster=context, or a name that is both`)
    if (cluster === home) return err(`${cluster} is the cluster that is decided about (VORTEX_CLUSTER) and is read anyway`)
    if (found.some((each) => each.cluster === cluster)) return err(`${cluster} is named twice`)
    found.push({ cluster, context })
  }
  return ok(found)
}
