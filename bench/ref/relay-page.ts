import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'

// Frozen: the barest page that follows a cluster. `node relay-page.ts API` watches the packs, passes every line on as a server-sent event and
// writes it into the row of its object; prints its port. Do not improve it.

type Pack = {
  readonly metadata: { readonly name: string; readonly resourceVersion: string }
  readonly status: { readonly conditions: readonly { readonly type: string; readonly status: string }[] }
}

const collection = `${process.argv[2]}/apis/bench.example.org/v1/packs`
const ROWS = 50
const clients = new Set<ServerResponse>()
const open = (url: string): Promise<IncomingMessage> => new Promise((resolve, reject) => void get(url, resolve).once('error', reject))
const readyOf = ({ status }: Pack): string => status.conditions.find(({ type }) => type === 'Ready')?.status ?? ''

async function firstRows(): Promise<readonly Pack[]> {
  let text = ''
  for await (const chunk of (await open(`${collection}?limit=${ROWS}`)).setEncoding('utf8')) text += chunk
  return (JSON.parse(text) as { readonly items: readonly Pack[] }).items // safe: the reference's own server wrote it
}

async function relay(): Promise<void> {
  for await (const line of createInterface({ input: await open(`${collection}?watch=true`) })) {
    const { object } = JSON.parse(line) as { readonly object: Pack } // safe: as above
    const message = `data: ${JSON.stringify({ name: object.metadata.name, ready: readyOf(object) })}\n\n`
    for (const client of clients) client.write(message)
  }
}

const SCRIPT = `const rows = new Map([...document.querySelectorAll('tr')].map((row) => [row.id, row.lastElementChild]))
new EventSource('/events').onmessage = ({ data }) => {
  const { name, ready } = JSON.parse(data)
  const cell = rows.get(name)
  if (cell) cell.textContent = ready === 'True' ? 'Good' : 'Bad'
}`
const rowOf = (pack: Pack): string =>
  `<tr id="${pack.metadata.name}"><td>${pack.metadata.name}</td><td>${readyOf(pack) === 'True' ? 'Good' : 'Bad'}</td></tr>`

async function page(): Promise<string> {
  const rows = (await firstRows()).map(rowOf).join('')
  return `<!doctype html><title>Packs</title><table>${rows}</table><script>${SCRIPT}</script>`
}

const server = createServer((asked, answer) => {
  if (asked.url !== '/events') return void page().then((html) => answer.setHeader('content-type', 'text/html').end(html))
  answer.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  answer.write(': open\n\n')
  clients.add(answer)
  answer.once('close', () => clients.delete(answer))
})
void relay()
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`)) // safe: it listens on a port
