import { Agent, get, type IncomingMessage } from 'node:http'

// Clients of an event stream, in a process of their own so that the server's CPU can be told from theirs. Told over IPC: `open` opens so many
// with the cookies in turn, `count` says what each class of cookie heard, `close` ends them all.

export type Asked =
  | { readonly do: 'open'; readonly url: string; readonly cookies: readonly string[]; readonly clients: number }
  | { readonly do: 'count' | 'close' }
/** Of each class, in the order of the cookies: the messages, the fewest and the most that one client heard, and each different text. */
export type Heard = readonly {
  readonly messages: number
  readonly fewest: number
  readonly most: number
  readonly texts: readonly string[]
}[]

const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY })
const AT_ONCE = 50
/** Different texts that are kept of a class. */
const TEXTS_MAX = 20_000
type Client = { readonly of: number; messages: number; isMessage: boolean; readonly response: IncomingMessage }
let clients: Client[] = []
let texts: Set<string>[] = []

async function open({ url, cookies, clients: wanted }: Extract<Asked, { do: 'open' }>): Promise<void> {
  texts = cookies.map(() => new Set())
  for (let from = 0; from < wanted; from += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, wanted - from) }, (_, each) => connect(url, cookies, from + each)))
}

const connect = (url: string, cookies: readonly string[], at: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const of = at % cookies.length
    get(url, { agent, headers: { cookie: cookies[of], accept: 'text/event-stream' } }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`the stream answered ${response.statusCode}`))
      const client = { of, messages: 0, isMessage: true, response }
      clients.push(client)
      let rest = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) hear(client, line)
        resolve()
      })
      response.once('error', () => undefined)
    }).once('error', reject)
  })

/** Events with a name of their own, such as a beat, are no messages. */
function hear(client: Client, line: string): void {
  if (line === '') client.isMessage = true
  if (line.startsWith('event:')) client.isMessage = false
  if (!client.isMessage || !line.startsWith('data:')) return
  client.messages += 1
  const seen = texts[client.of]
  if (seen !== undefined && seen.size < TEXTS_MAX) seen.add(line.slice('data:'.length).trim())
}

const heard = (): Heard =>
  texts.map((seen, of) => {
    const numbers = clients.filter((client) => client.of === of).map(({ messages }) => messages)
    const messages = numbers.reduce((sum, each) => sum + each, 0)
    return { messages, fewest: Math.min(...numbers), most: Math.max(...numbers), texts: [...seen] }
  })

function close(): void {
  for (const { response } of clients) response.destroy()
  clients = []
}

process.on('message', (asked: Asked) => {
  const answer = (value: unknown): void => void process.send?.(value)
  if (asked.do === 'open')
    return void open(asked).then(
      () => answer('open'),
      (error: unknown) => answer({ error: String(error) }),
    )
  if (asked.do === 'count') return answer(heard())
  close()
  answer('closed')
})
process.once('disconnect', () => process.exit(0))
