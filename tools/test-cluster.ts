import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { findKubeAssets } from '../sandbox/kube/real/assets.ts'
import { startRealKube } from '../sandbox/kube/real/apiserver.ts'
import { add, finish, vitest } from './suite.ts'

// The Kubernetes contract tests and the adapter's, against a real kube-apiserver or any cluster that a kubeconfig names.

const FOLDERS = ['sandbox/kube/contract', 'sandbox/kube/real', 'server/adapter/kube']
const USAGE = 'npm run test:cluster [-- --kubeconfig FILE [--namespace PREFIX]] [FOLDER OR FILE…]'

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
    return { file, namespace: values.namespace, folders: positionals.length > 0 ? positionals : FOLDERS }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`)
    return process.exit(2)
  }
}

const { file, namespace, folders } = asked()
const runAt = (kubeconfig: string, env: Record<string, string> = {}): Promise<void> =>
  vitest('cluster', folders, {
    ...env,
    KUBE_CONTRACT_KUBECONFIG: kubeconfig,
    ...(namespace === undefined ? {} : { KUBE_CONTRACT_NAMESPACE: namespace }),
  })

async function ownServer(): Promise<void> {
  const assets = findKubeAssets()
  if (assets.state === 'missing') {
    process.stdout.write(`test:cluster: skipped, ${assets.reason}\n`)
    return add('cluster', { passed: 0, failed: 0, skipped: 1 })
  }
  const from = Date.now()
  const server = await startRealKube(assets.directory, [{ name: 'admin', username: 'contract-admin', groups: ['system:masters'] }])
  process.stdout.write(`kube-apiserver of ${assets.directory} is ready after ${Math.round((Date.now() - from) / 100) / 10} s\n`)
  try {
    await runAt(server.kubeconfig)
  } finally {
    await server.stop()
  }
}

await (file === undefined ? ownServer() : runAt(file))
finish()
