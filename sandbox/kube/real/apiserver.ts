import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, LOOPBACK } from '../../listen.ts'
import { kubeconfigOf, loadCertificates, loadUsers, type KubeUser } from '../users.ts'

export type RealKube = {
  readonly url: string
  readonly caPem: string
  /** Path of a kubeconfig with one context per user; the first is current. */
  readonly kubeconfig: string
  readonly token: (user: string) => string
  /** kill -9 of kube-apiserver, as a crash would do; `start` brings it back on the same address with the same objects. */
  readonly kill: () => Promise<void>
  readonly start: () => Promise<void>
  /** Ends both servers, and removes their directory when it was made for them. */
  readonly stop: () => Promise<void>
}

export type RealKubeOptions = {
  /** Where objects, certificates and tokens are kept and found again; without it a directory that goes with the servers. */
  readonly directory?: string
  /** Told of each process that starts, so that whoever comes after a crash can end it. */
  readonly onProcess?: (name: string, pid: number, binary: string) => void
}

const READY_MS = 120_000
const ROUND_MS = 200
const LAST_LINES = 12
/** An ended program would leave its servers behind: `exit` is not told of these. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

type Server = { readonly name: string; readonly binary: string; readonly args: readonly string[]; readonly log: string }
type Running = { readonly server: Server; readonly child: ChildProcess }

/**
 * Starts etcd and kube-apiserver of `assets` on loopback, in one directory: own certificates, RBAC, static tokens. There are no
 * controllers: nothing collects garbage and no namespace ever finishes terminating.
 */
export async function startRealKube(assets: string, users: readonly KubeUser[], options: RealKubeOptions = {}): Promise<RealKube> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'vortex-apiserver-')))
  const isKept = options.directory !== undefined
  const { authority } = loadCertificates(directory)
  const known = loadUsers(directory, users)
  const [etcdPort, peerPort, port] = [await freePort(), await freePort(), await freePort()]
  const url = `https://${LOOPBACK}:${port}`
  const kubeconfig = join(directory, 'kubeconfig')
  const named = users.map(({ name }) => ({ name, token: known.token(name) }))
  writeFileSync(kubeconfig, kubeconfigOf(url, authority, named), { mode: 0o600 })
  const etcd = etcdOf(assets, directory, etcdPort, peerPort)
  const apiserver = apiserverOf(assets, directory, etcdPort, port, users, known.token)
  const living = new Set<ChildProcess>()
  const endAll = (): void => living.forEach((child) => child.kill('SIGKILL'))
  const onSignal = (signal: NodeJS.Signals): void => {
    endAll()
    process.kill(process.pid, signal) // once: the next one does what it always does
  }
  process.on('exit', endAll)
  // Whoever keeps the directory has an order of its own in which things end.
  for (const signal of isKept ? [] : SIGNALS) process.once(signal, onSignal)

  let serving: Running | undefined
  const start = async (): Promise<void> => {
    serving = launch(apiserver, living, options.onProcess)
    await ready(serving, url, authority)
  }
  const store = launch(etcd, living, options.onProcess)
  const stop = async (): Promise<void> => {
    await end(serving?.child, 'SIGKILL')
    // What is kept is closed properly; what is thrown away need not be.
    await end(store.child, isKept ? 'SIGTERM' : 'SIGKILL')
    process.off('exit', endAll)
    for (const signal of SIGNALS) process.off(signal, onSignal)
    if (!isKept) await rm(directory, { recursive: true, force: true })
  }
  try {
    await start()
  } catch (error) {
    await stop()
    throw error
  }
  return { url, caPem: authority, kubeconfig, token: known.token, kill: () => end(serving?.child, 'SIGKILL'), start, stop }
}

const flags = (values: Readonly<Record<string, string>>): string[] => Object.entries(values).map(([name, value]) => `--${name}=${value}`)

function etcdOf(assets: string, directory: string, port: number, peerPort: number): Server {
  const [client, peer] = [`http://${LOOPBACK}:${port}`, `http://${LOOPBACK}:${peerPort}`]
  const args = flags({
    'data-dir': join(directory, 'etcd'),
    'listen-client-urls': client,
    'advertise-client-urls': client,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `default=${peer}`,
    // What is lost with the machine is lost with the directory anyway.
    'unsafe-no-fsync': 'true',
  })
  return { name: 'etcd', binary: join(assets, 'etcd'), args, log: join(directory, 'etcd.log') }
}

function apiserverOf(
  assets: string,
  directory: string,
  etcdPort: number,
  port: number,
  users: readonly KubeUser[],
  token: (name: string) => string,
): Server {
  const { authority, server } = loadCertificates(directory)
  const account = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'sec1', format: 'pem' }).toString()
  const pki = join(directory, 'pki')
  mkdirSync(pki, { recursive: true, mode: 0o700 })
  const file = (name: string, text: string): string => {
    writeFileSync(join(pki, name), text, { mode: 0o600 })
    return join(pki, name)
  }
  const rows = users.map(({ name, username, groups }) => [token(name), username, name, `"${groups.join(',')}"`].join(','))
  const accounts = file('accounts.key', account)
  const args = flags({
    'etcd-servers': `http://${LOOPBACK}:${etcdPort}`,
    'bind-address': LOOPBACK,
    'secure-port': String(port),
    // Without it the server looks for an address of the machine, and there may be none.
    'advertise-address': LOOPBACK,
    'cert-dir': pki,
    'tls-cert-file': file('server.crt', server.certificate),
    'tls-private-key-file': file('server.key', server.key),
    'client-ca-file': file('ca.crt', authority),
    'token-auth-file': file('tokens.csv', `${rows.join('\n')}\n`),
    'authorization-mode': 'RBAC',
    'service-cluster-ip-range': '10.0.0.0/24',
    'endpoint-reconciler-type': 'none',
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-account-key-file': accounts,
    'service-account-signing-key-file': accounts,
    // It refuses pods until a controller has made the namespace's account, and no controller runs here.
    'disable-admission-plugins': 'ServiceAccount',
  })
  return { name: 'kube-apiserver', binary: join(assets, 'kube-apiserver'), args, log: join(directory, 'kube-apiserver.log') }
}

function launch(server: Server, living: Set<ChildProcess>, onProcess: RealKubeOptions['onProcess']): Running {
  const out = openSync(server.log, 'a')
  const child = spawn(server.binary, [...server.args], { stdio: ['ignore', out, out] })
  closeSync(out)
  living.add(child)
  if (child.pid !== undefined) onProcess?.(server.name, child.pid, server.binary)
  child.on('error', () => living.delete(child))
  child.on('exit', () => living.delete(child))
  return { server, child }
}

const isOver = ({ exitCode, signalCode, pid }: ChildProcess): boolean => exitCode !== null || signalCode !== null || pid === undefined

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child === undefined || isOver(child)) return
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
}

/** Until it says that it is ready, the bootstrap of its roles included; what it said last goes into the error. */
async function ready({ server, child }: Running, url: string, ca: string): Promise<void> {
  const until = Date.now() + READY_MS
  while (!(await answersOk(`${url}/readyz`, ca))) {
    if (isOver(child)) throw new Error(`${server.name} ended at once:\n${lastWords(server)}`)
    if (Date.now() > until) throw new Error(`${server.name} is not ready after ${READY_MS / 1000} s:\n${lastWords(server)}`)
    await sleep(ROUND_MS)
  }
}

const lastWords = ({ log }: Server): string => readFileSync(log, 'utf8').trimEnd().split('\n').slice(-LAST_LINES).join('\n')

const answersOk = (url: string, ca: string): Promise<boolean> =>
  new Promise((resolve) => {
    const asked = request(url, { ca, agent: false, timeout: 5_000 }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => resolve(false))
    asked.end()
  })
