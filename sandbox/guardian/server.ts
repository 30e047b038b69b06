import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import { LOOPBACK, listen, stopListening } from '../listen.ts'
import { wordsOf } from '../log.ts'
import { ANSWERS, type Method } from './answers.ts'
import type { PermissionGraph } from './permission-graph.ts'

export type GuardianServer = { readonly address: string; readonly port: number; readonly close: () => Promise<void> }

const PATH = '/ontai.security.v1alpha1.PermissionService/'
const STATUS = { ok: 0, invalidArgument: 3, unimplemented: 12 } as const
const FRAME_HEAD_BYTES = 5
const REQUEST_BYTES_MAX = 4 * 1024 * 1024

/** Guardian's PermissionService: gRPC framing over plaintext HTTP/2 with JSON messages (`guardian.md` 1). */
export async function startGuardianServer(options: {
  /** The graph as it stands now; undefined means not computed yet. */
  readonly graph: () => PermissionGraph | undefined
  readonly port?: number
}): Promise<GuardianServer> {
  const sessions = new Set<ServerHttp2Session>()
  const server = createServer()
  server.on('session', (session) => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
  })
  server.on('stream', (stream, headers) => {
    stream.on('error', () => stream.destroy())
    if (!String(headers['content-type']).startsWith('application/grpc+json')) {
      stream.respond({ ':status': 415 }, { endStream: true })
      return
    }
    const chunks: Buffer[] = []
    let size = 0
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= REQUEST_BYTES_MAX) chunks.push(chunk)
      else stream.destroy()
    })
    stream.on('end', () => reply(stream, String(headers[':path']), Buffer.concat(chunks), options.graph()))
  })
  const port = await listen(server, options.port)
  return {
    address: `${LOOPBACK}:${port}`,
    port,
    async close() {
      for (const session of sessions) session.destroy()
      await stopListening(server)
    },
  }
}

function reply(stream: ServerHttp2Stream, path: string, body: Buffer, graph: PermissionGraph | undefined): void {
  if (stream.destroyed) return
  const method = path.startsWith(PATH) ? path.slice(PATH.length) : ''
  if (!isMethod(method)) return fail(stream, STATUS.unimplemented, `unknown method ${path}`)
  if (body.length < FRAME_HEAD_BYTES || body.length < FRAME_HEAD_BYTES + body.readUInt32BE(1)) {
    return fail(stream, STATUS.invalidArgument, 'incomplete message')
  }
  if (body.readUInt8(0) !== 0) return fail(stream, STATUS.unimplemented, 'compressed messages are not supported')
  let asked: unknown
  try {
    asked = JSON.parse(body.subarray(FRAME_HEAD_BYTES, FRAME_HEAD_BYTES + body.readUInt32BE(1)).toString('utf8'))
  } catch (cause) {
    return fail(stream, STATUS.invalidArgument, `grpc: error unmarshalling request: ${wordsOf(cause)}`)
  }
  if (typeof asked !== 'object' || asked === null) return fail(stream, STATUS.invalidArgument, 'the message is no object')
  const message = Buffer.from(JSON.stringify(ANSWERS[method](graph, { ...asked })))
  const frame = Buffer.alloc(FRAME_HEAD_BYTES + message.length)
  frame.writeUInt32BE(message.length, 1)
  message.copy(frame, FRAME_HEAD_BYTES)
  stream.respond({ ':status': 200, 'content-type': 'application/grpc+json' }, { waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(STATUS.ok) }))
  stream.end(frame)
}

const isMethod = (name: string): name is Method => Object.hasOwn(ANSWERS, name)

/** A trailers-only answer: the status travels in the headers, as gRPC allows. */
function fail(stream: ServerHttp2Stream, status: number, words: string): void {
  const headers = {
    ':status': 200,
    'content-type': 'application/grpc+json',
    'grpc-status': String(status),
    'grpc-message': encodeURIComponent(words),
  }
  stream.respond(headers, { endStream: true })
}
