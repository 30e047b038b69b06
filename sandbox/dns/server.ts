import { createSocket } from 'node:dgram'
import { createServer, type Socket } from 'node:net'
import packet from 'dns-packet'
import { LOOPBACK, listen, stopListening } from '../listen.ts'
import { log, wordsOf } from '../log.ts'
import { answerOf } from './answer.ts'
import { readZone, type Zone } from './zone.ts'

/** `silent` and `down`: nothing is answered. `stale`: goes on serving the zone of the moment the fault began. */
export type DnsFault = 'none' | 'silent' | 'down' | 'stale'

export type DnsServer = {
  readonly address: string
  readonly port: number
  readonly setFault: (fault: DnsFault) => void
  readonly fault: () => DnsFault
  readonly close: () => Promise<void>
}

const UDP_BYTES_MAX = 1_232

/** Serves the zone whose text `zoneText` gives, asked anew for every query: UDP and TCP, transfers over TCP. */
export async function startDnsServer(options: { readonly zoneText: () => string; readonly port?: number }): Promise<DnsServer> {
  let fault: DnsFault = 'none'
  let held: Zone | undefined
  let parsed: { text: string; zone: Zone | undefined } | undefined
  const current = (): Zone | undefined => {
    const text = options.zoneText()
    if (parsed?.text !== text) parsed = { text, zone: readZone(text) }
    return parsed.zone
  }
  const respond = (message: Buffer, over: 'udp' | 'tcp'): Buffer | undefined => {
    if (fault === 'silent' || fault === 'down') return undefined
    try {
      return packet.encode(answerOf(fault === 'stale' ? held : current(), packet.decode(message), over))
    } catch (cause) {
      log.warn('dns.unreadable', { words: wordsOf(cause) })
      return undefined
    }
  }

  const open = new Set<Socket>()
  const tcp = createServer((socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => socket.destroy())
    serveStream(socket, (message) => respond(message, 'tcp'))
  })
  const port = await listen(tcp, options.port)
  const udp = createSocket('udp4')
  udp.on('error', (cause) => log.warn('dns.udp', { words: wordsOf(cause) }))
  udp.on('message', (message, peer) => {
    const full = respond(message, 'udp')
    if (full !== undefined) udp.send(full.length > UDP_BYTES_MAX ? truncated(full) : full, peer.port, peer.address)
  })
  await new Promise<void>((resolve) => udp.bind(port, LOOPBACK, resolve))
  return {
    address: `${LOOPBACK}:${port}`,
    port,
    fault: () => fault,
    setFault(next) {
      if (next === 'stale') held = current()
      fault = next
      if (next === 'down') for (const socket of open) socket.destroy()
    },
    async close() {
      for (const socket of open) socket.destroy()
      udp.close()
      await stopListening(tcp)
    },
  }
}

/** Messages over TCP carry their length in two bytes before them. */
function serveStream(socket: Socket, respond: (message: Buffer) => Buffer | undefined): void {
  let waiting = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    waiting = Buffer.concat([waiting, chunk])
    while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
      const length = waiting.readUInt16BE(0)
      const full = respond(waiting.subarray(2, 2 + length))
      waiting = waiting.subarray(2 + length)
      if (full === undefined) continue
      const head = Buffer.alloc(2)
      head.writeUInt16BE(full.length)
      socket.write(Buffer.concat([head, full]))
    }
  })
}

/** The same answer without records and with the truncation mark: the client asks again over TCP. */
function truncated(full: Buffer): Buffer {
  const { id, questions, flags } = packet.decode(full)
  return packet.encode({ type: 'response', id: id ?? 0, flags: (flags ?? 0) | packet.TRUNCATED_RESPONSE, questions: questions ?? [] })
}
