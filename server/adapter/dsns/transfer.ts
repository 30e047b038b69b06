import 'server-only'
import { randomInt } from 'node:crypto'
import { connect } from 'node:net'
import { decode, streamEncode, type Answer, type DecodedPacket } from 'dns-packet'

/** A transfer that failed, in words for the page. */
export class TransferFailed extends Error {
  override readonly name = 'TransferFailed'
}

type Soa = Extract<Answer, { type: 'SOA' }>

const RCODE_WORDS: Readonly<Record<string, string>> = {
  REFUSED: 'it refuses zone transfers',
  NOTAUTH: 'it is not the authority of this zone',
  NXDOMAIN: 'it does not know this zone',
  SERVFAIL: 'it failed',
}
const BYTES_MAX = 256 * 1024 * 1024

/**
 * Asks for the whole zone over TCP (AXFR, RFC 5936) and gives it back as text in the platform's layout (dsns.md 3).
 * `deadlineMs` covers connecting and all messages. Throws TransferFailed and nothing else.
 */
export async function transferZone(server: string, zone: string, deadlineMs: number): Promise<string> {
  const answers = await transferred(server, zone, deadlineMs)
  try {
    return zoneText(zone, answers)
  } catch (cause) {
    throw new TransferFailed('its answer cannot be read', { cause })
  }
}

function transferred(server: string, zone: string, deadlineMs: number): Promise<readonly Answer[]> {
  const cut = server.lastIndexOf(':')
  const id = randomInt(1, 65_536)
  return new Promise((resolve, reject) => {
    const answers: Answer[] = []
    const pending = streamReader()
    let bytes = 0
    let ends = 0
    const socket = connect({ host: server.slice(0, cut).replace(/^\[|\]$/g, ''), port: Number(server.slice(cut + 1)) })
    const fail = (words: string, cause?: unknown): void => {
      clearTimeout(timer)
      socket.destroy()
      reject(new TransferFailed(words, { cause }))
    }
    const timer = setTimeout(() => fail(`it did not answer within ${deadlineMs / 1000} s`), deadlineMs)

    socket.on('connect', () =>
      socket.write(streamEncode({ type: 'query', id, flags: 0, questions: [{ type: 'AXFR', class: 'IN', name: zone }] })),
    )
    socket.on('error', (cause) => fail('it cannot be reached', cause))
    socket.on('close', () => fail('it closed the connection before the zone was complete'))
    socket.on('data', (chunk) => {
      bytes += chunk.length
      if (bytes > BYTES_MAX) return fail('its zone is too large')
      try {
        for (const message of pending(chunk)) {
          const refusal = refusalOf(message, id)
          if (refusal) return fail(refusal)
          for (const answer of message.answers ?? []) {
            if (ends === 0 && answer.type !== 'SOA') return fail('its answer does not begin with the SOA')
            answers.push(answer)
            // The zone's SOA comes first and last.
            if (answer.type === 'SOA' && ++ends === 2) {
              clearTimeout(timer)
              socket.destroy()
              return resolve(answers)
            }
          }
        }
      } catch (cause) {
        fail('its answer cannot be read', cause)
      }
    })
  })
}

/** Cuts a stream into DNS messages: two bytes of length before each (RFC 1035 4.2.2). */
function streamReader(): (chunk: Buffer) => readonly DecodedPacket[] {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const messages: DecodedPacket[] = []
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const length = rest.readUInt16BE(0)
      messages.push(decode(rest.subarray(2, 2 + length)))
      rest = rest.subarray(2 + length)
    }
    return messages
  }
}

function refusalOf(message: DecodedPacket, id: number): string | undefined {
  if (message.type !== 'response' || message.id !== id) return 'its answer belongs to another question'
  // safe: dns-packet sets `rcode` on what it decodes; its types leave it out.
  const rcode = (message as DecodedPacket & { rcode?: string }).rcode ?? 'NOERROR'
  if (rcode !== 'NOERROR') return RCODE_WORDS[rcode] ?? `it answers ${rcode}`
  return (message.answers ?? []).length === 0 ? 'its answer is empty' : undefined
}

/** Records other than A, NS and TXT become lines that our grammar does not know, so the page shows them as such. */
function zoneText(zone: string, answers: readonly Answer[]): string {
  const soa = answers.find((answer): answer is Soa => answer.type === 'SOA')
  if (!soa) throw new TransferFailed('its answer has no SOA')
  const { mname, rname, serial = 0, refresh = 0, retry = 0, expire = 0, minimum = 0 } = soa.data
  const numbers = { serial, refresh, retry, expire, 'minimum TTL': minimum }
  const lines = answers.flatMap((answer) => (answer.type === 'SOA' ? [] : [recordLine(answer, zone)]))
  return [
    `$ORIGIN ${zone}.`,
    `$TTL ${minimum}`,
    '',
    `@ ${soa.ttl ?? minimum} IN SOA ${mname}. ${rname}. (`,
    ...Object.entries(numbers).map(([what, value]) => `    ${value} ; ${what}`),
    ')',
    '',
    ...lines,
    '',
  ].join('\n')
}

function recordLine(answer: Exclude<Answer, Soa>, zone: string): string {
  const name = oneLine(relative(answer.name, zone))
  const head = `${name} ${'ttl' in answer ? (answer.ttl ?? 0) : 0} IN ${answer.type}`
  if (answer.type === 'A') return `${head} ${answer.data}`
  if (answer.type === 'NS') return `${head} ${answer.data}.`
  if (answer.type === 'TXT') {
    const parts = Array.isArray(answer.data) ? answer.data : [answer.data]
    return `${head} "${oneLine(parts.map((part) => part.toString('utf8')).join(''))}"`
  }
  return `${head} ${oneLine(JSON.stringify('data' in answer ? answer.data : null) ?? '')}`
}

const relative = (name: string, zone: string): string => {
  if (name.toLowerCase() === zone.toLowerCase()) return '@'
  return name.toLowerCase().endsWith(`.${zone.toLowerCase()}`) ? name.slice(0, -zone.length - 1) : `${name}.`
}

/** A line break in a value must not become a record of its own. */
const oneLine = (text: string): string => text.replace(/[\r\n]/g, ' ')
