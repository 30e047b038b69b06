import { readFileSync } from 'node:fs'
import { rememberChild } from '../demo/orphans.ts'
import { createKubeFaults } from '../kube/faults.ts'
import { findKubeAssets } from '../kube/real/assets.ts'
import { startRealKube } from '../kube/real/apiserver.ts'
import { startKubeServer } from '../kube/server.ts'
import { kubeUsers } from './kube-users.ts'
import { type Layout, pathsOf } from './state.ts'

/** The API server of a world, whichever it is. */
export type ApiServer = {
  readonly url: string
  readonly caPem: string
  /** YAML with one context for everybody who speaks to it. */
  readonly kubeconfig: string
  readonly token: (user: string) => string
  /** What it can be made to do once, beyond what its door can. */
  readonly faults: Readonly<Record<string, () => void>>
  readonly close: () => Promise<void>
}

/** Opens the API server that a world was laid out with: the sandbox's own, or a real kube-apiserver with its etcd. */
export const openApiServer = (dir: string, { apiServer }: Layout): Promise<ApiServer> => (apiServer === 'real' ? real(dir) : embedded(dir))

async function embedded(dir: string): Promise<ApiServer> {
  const faults = createKubeFaults()
  const server = await startKubeServer({ dir: pathsOf(dir).kube, users: kubeUsers, faults })
  return {
    url: server.url,
    caPem: server.caPem,
    kubeconfig: server.kubeconfig(kubeUsers.map(({ name }) => name)),
    token: (user) => server.token(user),
    faults: { 'cut-watches': () => faults.cutWatches(), gone: () => faults.gone() },
    close: () => server.close(),
  }
}

/** A real one forgets its history when it wants to, and is cut off from watchers by its door. */
async function real(dir: string): Promise<ApiServer> {
  const assets = findKubeAssets()
  if (assets.state === 'missing') throw new Error(`This world lives in a real kube-apiserver: ${assets.reason}.`)
  const onProcess = (name: string, pid: number, binary: string): void => rememberChild(dir, name, pid, binary)
  const { url, caPem, kubeconfig, token, stop } = await startRealKube(assets.directory, kubeUsers, {
    directory: pathsOf(dir).kube,
    onProcess,
  })
  return { url, caPem, kubeconfig: readFileSync(kubeconfig, 'utf8'), token, faults: {}, close: stop }
}
