import { writeFileSync } from 'node:fs'
import { type Applier, startApplier } from './applier/applier.ts'
import { startControlServer } from './control.ts'
import { type DnsServer, startDnsServer } from './dns/server.ts'
import { watchZoneText } from './dns/zone-text.ts'
import { ofDns, ofDoor, withLasting, withOnce } from './fault-targets.ts'
import { type FrontDoor, openFrontDoor } from './front-door.ts'
import { type GitServer, startGitServer } from './git/server.ts'
import { type AuditDatabase, startAuditDatabase } from './guardian/audit-database.ts'
import { type Guardian, startGuardian } from './guardian/guardian.ts'
import { openApiServer, type ApiServer } from './set-up/api-server.ts'
import { createKubeClient, type KubeClient } from './kube-client.ts'
import { log } from './log.ts'
import { startOidcProvider } from './oidc/provider.ts'
import { type Layout, markDone, openState, pathsOf, readPorts, readSecrets, type Secrets, writePorts } from './set-up/state.ts'
import { CLUSTER_FOLDER, setUpCluster, setUpRepository } from './set-up.ts'
import { people } from './world/people.ts'

/** What `demo.json` says: where everything is. */
export type Addresses = {
  readonly portal: { readonly url: string }
  readonly kubernetes: { readonly url: string; readonly kubeconfig: string }
  readonly git: {
    readonly url: string
    readonly path: string
    readonly token: string
    readonly ownerTokens: Readonly<Record<string, string>>
  }
  readonly oidc: { readonly issuer: string; readonly clientId: string; readonly clientSecret: string }
  readonly guardian: { readonly address: string }
  readonly audit: { readonly url: string }
  readonly dns: { readonly address: string }
  readonly control: { readonly url: string }
  readonly people: readonly {
    readonly login: string
    readonly name: string
    readonly email: string
    readonly role: string
    readonly groups: readonly string[]
  }[]
}

export type RunningWorld = {
  readonly addresses: Addresses
  readonly secrets: Secrets
  readonly layout: Layout
  readonly isFresh: boolean
  readonly applier: Applier
  readonly close: () => Promise<void>
}

export type ServersOptions = {
  readonly dir: string
  /** How a fresh world is laid out; one that exists keeps its own. */
  readonly layout: Layout
  readonly portalUrl: string
}

type Closable = { readonly close: () => Promise<void> | void }
type Keep = <T extends Closable>(opened: T) => T
type Core = {
  readonly kube: ApiServer
  readonly clientOf: (user: string) => KubeClient
  readonly audit: AuditDatabase
}
type Services = {
  readonly applier: Applier
  readonly guardian: Guardian
  readonly dns: DnsServer
  readonly git: GitServer
  readonly issuer: string
}
type Doors = Readonly<Record<'kube' | 'git' | 'guardian' | 'audit' | 'oidc', FrontDoor>>

const PORTAL_CLIENT_ID = 'vortex'

/** Starts every server of the embedded world from a state directory, making the world first when there is none. */
export async function startServers(options: ServersOptions): Promise<RunningWorld> {
  const { dir, portalUrl } = options
  const { layout, isFresh } = openState(dir, options.layout)
  const logins = people.map((person) => person.login)
  const secrets = readSecrets(dir, logins)
  const closers: (() => Promise<void> | void)[] = []
  const keep: Keep = (opened) => {
    closers.unshift(() => opened.close())
    return opened
  }
  const close = async (): Promise<void> => {
    for (const closeOne of closers.splice(0)) await closeOne()
  }
  try {
    const core = await startCore(dir, layout, isFresh, keep)
    const doors = await openDoors(dir, keep)
    const services = await startServices({ dir, core, doors, secrets, portalUrl, keep })
    const kubernetes = writeKubeconfig(dir, core.kube, doors.kube.port)
    const control = await startControl(dir, { core, doors, services, layout, keep })
    const lasting = { ...portsOf(doors), dns: services.dns.port, control: control.port }
    writePorts(dir, lasting)
    log.info('sandbox.started', { dir, fresh: isFresh })
    const addresses = {
      portal: { url: portalUrl },
      kubernetes,
      git: { url: services.git.url, path: pathsOf(dir).repository, token: secrets.portalToken, ownerTokens: secrets.ownerTokens },
      oidc: { issuer: services.issuer, clientId: PORTAL_CLIENT_ID, clientSecret: secrets.oidcSecret },
      guardian: { address: `127.0.0.1:${doors.guardian.port}` },
      audit: { url: core.audit.url(doors.audit.port) },
      dns: { address: services.dns.address },
      control: { url: control.url },
      people: people.map(({ login, name, email, role, groups }) => ({ login, name, email, role, groups })),
    }
    return { addresses, secrets, layout, isFresh, applier: services.applier, close }
  } catch (cause) {
    await close()
    throw cause
  }
}

/** What the world is made in: the API server and the audit database; filled when fresh. */
async function startCore(dir: string, layout: Layout, isFresh: boolean, keep: Keep): Promise<Core> {
  const paths = pathsOf(dir)
  if (isFresh) await setUpRepository(paths, layout)
  const kube = keep(await openApiServer(dir, layout))
  const clientOf = (user: string): KubeClient => keep(createKubeClient({ url: kube.url, caPem: kube.caPem, token: kube.token(user) }))
  const audit = keep(await startAuditDatabase({ dir: paths.audit }))
  if (isFresh) {
    await setUpCluster({ repository: paths.repository, layout, clientOf, audit })
    markDone(dir, 'world')
  }
  return { kube, clientOf, audit }
}

/** Doors open before what stands behind them, so that services know the addresses by which they are reached. */
async function openDoors(dir: string, keep: Keep): Promise<Doors> {
  const ports = readPorts(dir)
  const door = async (name: string): Promise<FrontDoor> =>
    keep(await openFrontDoor({ ...(ports[name] !== undefined && { port: ports[name] }) }))
  return {
    kube: await door('kube'),
    git: await door('git'),
    guardian: await door('guardian'),
    audit: await door('audit'),
    oidc: await door('oidc'),
  }
}

const portsOf = (doors: Doors): Record<string, number> => Object.fromEntries(Object.entries(doors).map(([name, { port }]) => [name, port]))

async function startServices(options: {
  dir: string
  core: Core
  doors: Doors
  secrets: Secrets
  portalUrl: string
  keep: Keep
}): Promise<Services> {
  const { dir, core, doors, secrets, portalUrl, keep } = options
  const paths = pathsOf(dir)
  const ports = readPorts(dir)
  const applier = keep(await startApplier({ repository: paths.repository, kube: core.clientOf('gitops'), under: CLUSTER_FOLDER }))
  const guardian = keep(await startGuardian({ kube: core.clientOf('guardian'), audit: core.audit }))
  const zone = keep(watchZoneText(core.clientOf('admin')))
  const dns = keep(await startDnsServer({ zoneText: zone.text, ...(ports['dns'] !== undefined && { port: ports['dns'] }) }))
  const tokens = [
    { token: secrets.portalToken, login: PORTAL_CLIENT_ID, mayPush: true },
    ...Object.entries(secrets.ownerTokens).map(([login, token]) => ({ token, login, mayPush: true })),
  ]
  const git = keep(await startGitServer({ repository: paths.repository, tokens, publicPort: doors.git.port }))
  const other = portalUrl.includes('localhost') ? portalUrl.replace('localhost', '127.0.0.1') : portalUrl
  const client = {
    id: PORTAL_CLIENT_ID,
    secret: secrets.oidcSecret,
    redirectUris: [...new Set([portalUrl, other])].map((base) => `${base}/api/auth/callback/oidc`),
    afterSignOut: [...new Set([portalUrl, other])].flatMap((base) => [base, `${base}/`]),
  }
  const oidc = keep(await startOidcProvider({ dir: paths.oidc, people, clients: [client], issuerPort: doors.oidc.port }))
  doors.kube.lead(Number(new URL(core.kube.url).port))
  doors.git.lead(git.port)
  doors.guardian.lead(guardian.port)
  doors.audit.lead(core.audit.port)
  doors.oidc.lead(oidc.port)
  return { applier, guardian, dns, git, issuer: oidc.issuer }
}

function writeKubeconfig(dir: string, kube: ApiServer, port: number): Addresses['kubernetes'] {
  const { kubeconfig } = pathsOf(dir)
  const url = kube.url.replace(/:\d+$/, `:${port}`)
  const text = kube.kubeconfig.replaceAll(kube.url, url)
  writeFileSync(kubeconfig, text, { mode: 0o600 })
  return { url, kubeconfig }
}

async function startControl(dir: string, options: { core: Core; doors: Doors; services: Services; layout: Layout; keep: Keep }) {
  const { core, doors, services, layout, keep } = options
  const { dns, git, applier } = services
  const port = readPorts(dir)['control']
  const targets = {
    guardian: ofDoor(doors.guardian),
    audit: ofDoor(doors.audit),
    oidc: ofDoor(doors.oidc),
    git: withLasting(ofDoor(doors.git), 'reject-push', (isOn) => git.setFault(isOn ? 'reject-push' : 'none')),
    kube: withOnce(ofDoor(doors.kube), { 'cut-watches': () => doors.kube.cut(), ...core.kube.faults }),
    dns: ofDns(dns),
  }
  return keep(await startControlServer({ targets, applier, state: () => ({ layout }), ...(port !== undefined && { port }) }))
}
