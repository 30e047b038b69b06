import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { findKubeAssets } from '../sandbox/kube/real/assets.ts'
import { startRealKube } from '../sandbox/kube/real/apiserver.ts'
import { browser } from './browser.ts'
import { add, finish, run, vitest } from './suite.ts'

// The Kubernetes contract tests and the adapter's, against a real kube-apiserver or any cluster that a kubeconfig names; and browser walks
// through the demo world laid out in a real kube-apiserver, one of its own for each file of walks.

const FOLDERS = ['sandbox/kube/contract', 'sandbox/kube/real', 'server/adapter/kube']
/** What needs servers of its own, not the one that others use. */
const OWN = ['server/resource/lab-manifests.test.ts']
const WALKS = ['approval', 'identity', 'live', 'resources'].map((name) => `e2e/${name}.e2e.ts`)
const USAGE = 'npm run test:cluster [-- --kubeconfig FILE [--namespace PREFIX]] [FOLDER OR FILE…]'
const isWalk = (path: string): boolean => path.startsWith('e2e/')

function asked() {
  try {
    const { values, positionals } = parseArgs({
      options: { kubeconfig: { type: 'string' }, namespace: { type: 'string' } },
      allowPositionals: true,
    })
    const file = values.kubeconfig === undefined ? undefined : resolve(values.kubeconfig)
    if (file !== undefined && !existsSync(file)) throw new Error(`--kubeconfig: there is no file ${file}`)
    if (values.namespace !== undefined && !/^[a-z]([-a-z0-9]{0,40}[a-z0-9])?$/.test(values.namespace))
      throw new Error(`--namespace: ${values.namespace} is no DNS label of at most 42 characters`)
    const all = positionals.length > 0 ? positionals : [...FOLDERS, ...(file === undefined ? [...OWN, ...WALKS] : [])]
    const [folders, walks] = [all.filter((path) => !isWalk(path)), all.filter(isWalk)]
    return { file, namespace: values.namespace, folders, walks }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`)
    return process.exit(2)
  }
}

const { file, namespace, folders, walks } = asked()
const runAt = (kubeconfig: string, env: Record<string, string> = {}): Promise<void> =>
  vitest('cluster', folders, {
    ...env,
    KUBE_CONTRACT_KUBECONFIG: kubeconfig,
    ...(namespace === undefined ? {} : { KUBE_CONTRACT_NAMESPACE: namespace }),
  })

async function ownServer(assets: string): Promise<void> {
  const from = Date.now()
  const server = await startRealKube(assets, [{ name: 'admin', username: 'contract-admin', groups: ['system:masters'] }])
  process.stdout.write(`kube-apiserver of ${assets} is ready after ${Math.round((Date.now() - from) / 100) / 10} s\n`)
  try {
    await runAt(server.kubeconfig)
  } finally {
    await server.stop()
  }
}

/** The world is laid out by an administrator in namespaces with fixed names: not in a cluster that somebody else uses. */
async function walkOn(): Promise<void> {
  process.stdout.write('\n── build\n')
  const built = await run(process.execPath, ['tools/build.ts'])
  if (built !== 0) return add('build', { passed: 0, failed: 1, skipped: 0 })
  // The second project walks what it always walks: the road to an admission in generation B.
  const projects = ['--project=demo', '--project=generation-b']
  await browser('walks on kube-apiserver', [...projects, ...walks], { VORTEX_E2E_WORLD: '--real-kube' })
}

async function onOwnServers(): Promise<void> {
  const assets = findKubeAssets()
  if (assets.state === 'missing') {
    process.stdout.write(`test:cluster: skipped, ${assets.reason}\n`)
    return add('cluster', { passed: 0, failed: 0, skipped: 1 })
  }
  if (folders.length > 0) await ownServer(assets.directory)
  if (walks.length > 0) await walkOn()
}

await (file === undefined ? onOwnServers() : runAt(file))
finish()
