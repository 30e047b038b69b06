import { spawn } from 'node:child_process'
import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { basename, dirname, join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { listen, LOOPBACK, stopListening } from '../listen.ts'
import { log, wordsOf } from '../log.ts'
import { GIT_ENV, runGit } from './run-git.ts'

/** Who a token is, and whether it may push. The user name of Basic authentication is ignored, as forges do. */
export type GitToken = { readonly token: string; readonly login: string; readonly mayPush: boolean }

export type GitFault = 'none' | 'reject-push'

export type GitServer = {
  readonly url: string
  readonly port: number
  readonly setFault: (fault: GitFault) => void
  readonly close: () => Promise<void>
}

export type GitServerOptions = {
  readonly repository: string
  readonly tokens: readonly GitToken[]
  readonly port?: number
  readonly publicPort?: number
}

/** The bare repository over smart HTTP, through git's own `http-backend`. */
export async function startGitServer({ repository, tokens, port: wanted, publicPort }: GitServerOptions): Promise<GitServer> {
  const backend = join((await runGit('.', ['--exec-path'])).toString('utf8').trim(), 'git-http-backend')
  let fault: GitFault = 'none'
  const server = createServer((request, response) => {
    const bearer = tokens.find(({ token }) => sameText(token, passwordOf(request)))
    if (bearer === undefined) {
      refuse(response, 401, 'A token is needed.', { 'www-authenticate': 'Basic realm="git"' })
      return
    }
    const isPush = /git-receive-pack(?:$|[?&])/.test(request.url ?? '')
    if (isPush && !bearer.mayPush) refuse(response, 403, 'This token may read only.')
    else if (isPush && fault === 'reject-push') refuse(response, 403, 'Pushes are closed for now.')
    else serve(backend, repository, bearer.login, request, response)
  })
  const port = await listen(server, wanted)
  return {
    url: `http://${LOOPBACK}:${publicPort ?? port}/${basename(repository)}`,
    port,
    setFault: (next) => void (fault = next),
    async close() {
      server.closeAllConnections()
      await stopListening(server)
    },
  }
}

function serve(backend: string, repository: string, login: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://git')
  const child = spawn(backend, [], {
    env: {
      ...GIT_ENV,
      GIT_PROJECT_ROOT: dirname(repository),
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      REMOTE_USER: login,
      REMOTE_ADDR: LOOPBACK,
      ...(request.headers['git-protocol'] && { GIT_PROTOCOL: String(request.headers['git-protocol']) }),
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', () => {})
  child.on('error', (cause) => refuse(response, 500, wordsOf(cause)))
  child.stderr.on('data', (chunk: Buffer) => log.warn('git.backend', { words: chunk.toString('utf8').trim() }))
  response.on('close', () => child.kill())
  if (request.headers['content-encoding'] === 'gzip') request.pipe(createGunzip()).pipe(child.stdin)
  else request.pipe(child.stdin)
  let head = Buffer.alloc(0)
  const readHead = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) return
    child.stdout.off('data', readHead)
    writeHead(response, head.subarray(0, end).toString('utf8'))
    response.write(head.subarray(end + 4))
    child.stdout.pipe(response)
  }
  child.stdout.on('data', readHead)
  child.stdout.on('end', () => {
    if (!response.headersSent) refuse(response, 500, 'git said nothing.')
  })
}

/** CGI answers begin with header lines, one of which may be the status. */
function writeHead(response: ServerResponse, lines: string): void {
  let status = 200
  for (const line of lines.split('\r\n')) {
    const [name = '', value = ''] = line.split(/: ?(.*)/s)
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10)
    else response.setHeader(name, value)
  }
  response.writeHead(status)
}

function refuse(response: ServerResponse, status: number, words: string, headers: Record<string, string> = {}): void {
  if (response.headersSent) response.destroy()
  else response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(`${words}\n`)
}

function passwordOf(request: IncomingMessage): string {
  const [scheme, value = ''] = (request.headers.authorization ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'basic') return ''
  return Buffer.from(value, 'base64').toString('utf8').split(/:(.*)/s)[1] ?? ''
}

function sameText(left: string, right: string): boolean {
  const [one, two] = [Buffer.from(left), Buffer.from(right)]
  return one.length === two.length && timingSafeEqual(one, two)
}
