import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import Provider, { type Configuration, interactionPolicy, type JWK } from 'oidc-provider'
import { listen, LOOPBACK, stopListening } from '../listen.ts'
import { log, wordsOf } from '../log.ts'
import { createMemory } from './memory.ts'
import type { DirectoryPerson } from './person.ts'
import { chooserPage, leavingPage, noticePage } from './pages.ts'

export type OidcClient = {
  readonly id: string
  readonly secret: string
  readonly redirectUris: readonly string[]
  readonly afterSignOut: readonly string[]
}

export type OidcServer = { readonly issuer: string; readonly port: number; readonly close: () => Promise<void> }

export type OidcOptions = {
  readonly dir: string
  readonly people: readonly DirectoryPerson[]
  readonly clients: readonly OidcClient[]
  readonly port?: number
  /** Where browsers reach it when a door stands before it; default is its own address. */
  readonly issuerPort?: number
}

const SESSION_SECONDS = 8 * 60 * 60

/** The stable subject of a person. Not the login: a portal that mistakes `sub` for the login must fail here. */
export const subjectOf = (login: string): string => createHash('sha256').update(`person:${login}`).digest('hex').slice(0, 24)

/** An OpenID provider for the people of the demo world, on loopback only: one page, one button per person. */
export async function startOidcProvider(options: OidcOptions): Promise<OidcServer> {
  let answer: (request: IncomingMessage, response: ServerResponse) => Promise<void> = async () => {}
  const server = createServer((request, response) => {
    answer(request, response).catch((cause: unknown) => {
      log.warn('oidc.failed', { path: request.url ?? '', words: wordsOf(cause) })
      if (!response.headersSent)
        sendPage(response, 400, noticePage('That sign-in is no longer open', 'Go back to the portal and start again.'))
    })
  })
  const port = await listen(server, options.port)
  const issuer = `http://${LOOPBACK}:${options.issuerPort ?? port}`
  const provider = new Provider(issuer, configuration(options))
  const handle = provider.callback()
  answer = async (request, response) => {
    if (!(await chooser(provider, options.people, request, response))) await handle(request, response)
  }
  return {
    issuer,
    port,
    async close() {
      server.closeAllConnections()
      await stopListening(server)
    },
  }
}

function configuration({ dir, people, clients }: OidcOptions): Configuration {
  const keys = readKeys(dir)
  const bySubject = new Map(people.map((person) => [subjectOf(person.login), person]))
  const { base } = interactionPolicy
  const policy = base()
  // Every sign-in asks who it is: a demo is seen through several people's eyes, one after the other.
  policy
    .get('login')
    ?.checks.add(new interactionPolicy.Check('choose_person', 'a person must be chosen', (ctx) => ctx.oidc.result?.login === undefined))
  return {
    adapter: createMemory(),
    jwks: { keys: [keys.signing] },
    cookies: { keys: [keys.cookie] },
    clients: clients.map((client) => ({
      client_id: client.id,
      client_secret: client.secret,
      redirect_uris: [...client.redirectUris],
      post_logout_redirect_uris: [...client.afterSignOut],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    })),
    scopes: ['openid', 'profile', 'email', 'groups', 'offline_access'],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'], email: ['email', 'email_verified'], groups: ['groups'] },
    conformIdTokenClaims: false,
    pkce: { required: () => false },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => void (ctx.body = leavingPage(form)),
        postLogoutSuccessSource: (ctx) => void (ctx.body = noticePage('Signed out', 'You can close this page.')),
      },
    },
    interactions: { policy, url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    ttl: { Session: SESSION_SECONDS, Grant: SESSION_SECONDS, AccessToken: SESSION_SECONDS, IdToken: SESSION_SECONDS, Interaction: 60 * 60 },
    renderError: (ctx, out) =>
      void (ctx.body = noticePage('Sign-in refused', [out.error, out.error_description].filter(Boolean).join(': '))),
    findAccount: (_ctx, sub) => {
      const person = bySubject.get(sub)
      return person && { accountId: sub, claims: () => claimsOf(sub, person) }
    },
    // Consent is given for everybody: the only client is the portal of this world.
    async loadExistingGrant(ctx) {
      const { client, session, provider } = ctx.oidc
      if (client === undefined || session?.accountId === undefined) return undefined
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
      grant.addOIDCScope('openid profile email groups offline_access')
      await grant.save()
      return grant
    },
  }
}

const claimsOf = (sub: string, person: DirectoryPerson) => ({
  sub,
  name: person.name,
  preferred_username: person.login,
  email: person.email,
  email_verified: true,
  groups: [...person.groups],
})

/** Serves the chooser and takes its answer; false when the request is not for it. */
async function chooser(
  provider: Provider,
  people: readonly DirectoryPerson[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const uid = /^\/interaction\/([\w-]+)$/.exec(request.url ?? '')?.[1]
  if (uid === undefined) return false
  await provider.interactionDetails(request, response)
  if (request.method !== 'POST') {
    sendPage(response, 200, chooserPage(uid, people))
    return true
  }
  const login = new URLSearchParams(await bodyOf(request)).get('login') ?? ''
  if (!people.some((person) => person.login === login)) {
    sendPage(response, 400, noticePage('Nobody by that name', 'Go back and choose one of the people listed.'))
    return true
  }
  await provider.interactionFinished(request, response, { login: { accountId: subjectOf(login) } }, { mergeWithLastSubmission: false })
  return true
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array)) // safe: a request without encoding yields bytes
  return Buffer.concat(chunks).toString('utf8')
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(html)
}

type Keys = { readonly signing: JWK; readonly cookie: string }

/** Made once per state directory, so that a restarted world still accepts what it signed before. */
function readKeys(dir: string): Keys {
  const path = join(dir, 'oidc-keys.json')
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Keys // safe: written below, by us
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const signing = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: randomBytes(6).toString('hex') } as JWK // safe: Node's JWK is one
  const keys = { signing, cookie: randomBytes(24).toString('hex') }
  mkdirSync(dir, { recursive: true })
  writeFileSync(path, JSON.stringify(keys), { mode: 0o600 })
  return keys
}
