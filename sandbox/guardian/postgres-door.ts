import { createServer, type Socket } from 'node:net'
import type { PGlite } from '@electric-sql/pglite'
import { listen, stopListening } from '../listen.ts'
import { log, wordsOf } from '../log.ts'
import type { Turn } from '../turn.ts'

const STARTUP = 196_608
const SSL = 80_877_103
const GSS = 80_877_104
const CANCEL = 80_877_102
const END_OF_BATCH = 'QSHXdf'

export type PostgresDoor = { readonly port: number; readonly close: () => Promise<void> }

/**
 * Serves a PGlite over the PostgreSQL protocol. A client's messages run as whole batches (up to Sync) and whole transactions, under one role:
 * PGlite has one session for everybody, and `pglite-socket` interleaves single messages, so that two clients can run each other's unnamed statements.
 */
export async function openPostgresDoor(options: { db: PGlite; turn: Turn; role: string; port?: number }): Promise<PostgresDoor> {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    serve(socket, options).catch((cause: unknown) => log.warn('audit.connection', { words: wordsOf(cause) }))
    socket.on('close', () => open.delete(socket))
  })
  const port = await listen(server, options.port)
  return {
    port,
    async close() {
      for (const socket of open) socket.destroy()
      await stopListening(server)
    },
  }
}

async function serve(socket: Socket, { db, turn, role }: { db: PGlite; turn: Turn; role: string }): Promise<void> {
  const batches = readBatches(socket)
  for (let next = await batches.next(); !next.done; next = await batches.next()) {
    const first = next.value
    await turn(async () => {
      await db.exec(`set role ${role}`)
      let state = await run(db, socket, first)
      // Inside a transaction nobody else gets a turn until it ends or the client leaves.
      while (state !== 'I' && state !== '') {
        const more = await batches.next()
        if (more.done) {
          await db.exec('rollback')
          return
        }
        state = await run(db, socket, more.value)
      }
    })
  }
}

/** Runs the messages of a batch; gives the transaction state that ReadyForQuery reported last, or nothing when it never did. */
async function run(db: PGlite, socket: Socket, batch: readonly Buffer[]): Promise<string> {
  let state = ''
  for (const message of batch) {
    const answer = Buffer.from(await db.execProtocolRaw(new Uint8Array(message)))
    if (answer.length >= 6 && answer.at(-6) === 0x5a) state = String.fromCharCode(answer.at(-1) ?? 0)
    if (answer.length > 0 && socket.writable) socket.write(answer)
  }
  return state
}

/** What a client sends, until it leaves; a connection that breaks is one that left. */
async function* bytesOf(socket: Socket): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of socket) yield chunk as Buffer // safe: a socket without encoding yields buffers
  } catch {
    // The caller ends its transaction either way.
  }
}

async function* readBatches(socket: Socket): AsyncGenerator<readonly Buffer[]> {
  let waiting = Buffer.alloc(0)
  let started = false
  let batch: Buffer[] = []
  for await (const chunk of bytesOf(socket)) {
    waiting = Buffer.concat([waiting, chunk])
    for (;;) {
      const length = started ? (waiting.length >= 5 ? 1 + waiting.readInt32BE(1) : 0) : waiting.length >= 8 ? waiting.readInt32BE(0) : 0
      if (length === 0 || waiting.length < length) break
      const message = Buffer.from(waiting.subarray(0, length))
      waiting = waiting.subarray(length)
      if (!started) {
        const code = message.readInt32BE(4)
        if (code === SSL || code === GSS) socket.write('N')
        if (code === CANCEL) return
        if (code !== STARTUP) continue
        started = true
        yield [message]
        continue
      }
      const type = String.fromCharCode(message[0] ?? 0)
      if (type === 'X') return
      batch.push(message)
      if (!END_OF_BATCH.includes(type)) continue
      yield batch
      batch = []
    }
  }
}
