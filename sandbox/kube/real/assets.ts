import { createHash } from 'node:crypto'
import { accessSync, constants, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the pinned versions stand, and where `npm run kube:build` runs Go. */
export const KUBE_MODULE = fileURLToPath(new URL('../../../tools/kube/', import.meta.url))

export const KUBE_BINARIES = ['etcd', 'kube-apiserver', 'kubectl'] as const
/** Without these two nothing starts; directories made for envtest do not always hold kubectl. */
const SERVERS = ['etcd', 'kube-apiserver'] as const

export type KubeAssets = { readonly state: 'found'; readonly directory: string } | { readonly state: 'missing'; readonly reason: string }

/** The pinned version of Kubernetes, such as v1.36.3. */
export function pinnedVersion(): string {
  const [, version] = /^\s*k8s\.io\/kubernetes (v\S+)/m.exec(readFileSync(join(KUBE_MODULE, 'go.mod'), 'utf8')) ?? []
  if (version === undefined) throw new Error('tools/kube/go.mod does not require k8s.io/kubernetes: add the line with its version.')
  return version
}

/** The cache of the pinned versions, outside the repository: clones share it, and a change of any pin makes another one. */
export function cachedAssets(env: NodeJS.ProcessEnv = process.env): string {
  const pins = createHash('sha256')
  for (const file of ['go.mod', 'go.sum']) pins.update(readFileSync(join(KUBE_MODULE, file)))
  const home = env['XDG_CACHE_HOME'] ? env['XDG_CACHE_HOME'] : join(homedir(), '.cache')
  const name = `${pinnedVersion()}-${process.platform}-${process.arch}-${pins.digest('hex').slice(0, 12)}`
  return join(home, 'vortex', 'kube-assets', name)
}

/** The first of the named binaries that is not there or may not be run. */
export function lackingIn(directory: string, names: readonly string[]): string | undefined {
  return names.find((name) => {
    try {
      accessSync(join(directory, name), constants.X_OK)
      return false
    } catch {
      return true
    }
  })
}

/** The binaries of a real API server: of KUBEBUILDER_ASSETS when that is set, else of the cache. Never both: a wrong setting should be seen. */
export function findKubeAssets(env: NodeJS.ProcessEnv = process.env): KubeAssets {
  const given = env['KUBEBUILDER_ASSETS']
  const directory = given ? given : cachedAssets(env)
  const lacking = lackingIn(directory, SERVERS)
  if (lacking === undefined) return { state: 'found', directory }
  return {
    state: 'missing',
    reason: given
      ? `KUBEBUILDER_ASSETS is ${directory} and there is no ${lacking} to run in it`
      : 'a real kube-apiserver is not built on this machine; `npm run kube:build` builds it once (needs Go)',
  }
}
