import { Agent, get, type IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'

// Frozen references of K1 and K4: the same bytes read and parsed, and nothing done with them. Do not improve them.

const agent = new Agent({ keepAlive: true })
const open = (url: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    get(url, { agent }, resolve).once('error', reject)
  })

type Page = { readonly metadata: { readonly continue?: string }; readonly items: readonly unknown[] }

/** Lists a collection in pages of 500; the number of its objects. */
export async function listLoop(collection: string): Promise<number> {
  const objects: unknown[] = []
  for (let token = ''; ;) {
    const chunks: Buffer[] = []
    for await (const chunk of await open(`${collection}?limit=500${token && `&continue=${token}`}`)) chunks.push(chunk as Buffer) // safe: no encoding is set
    const page = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Page // safe: the reference's own server wrote it
    objects.push(...page.items)
    token = page.metadata.continue ?? ''
    if (token === '') return objects.length
  }
}

/** Reads so many events of a watch; the number of those that named an object. */
export async function watchLoop(collection: string, events: number): Promise<number> {
  const response = await open(`${collection}?watch=true`)
  let seen = 0
  let named = 0
  for await (const line of createInterface({ input: response })) {
    const event = JSON.parse(line) as { readonly object: { readonly metadata: { readonly name: string } } } // safe: as above
    if (event.object.metadata.name !== '') named += 1
    if ((seen += 1) >= events) break
  }
  response.destroy()
  return named
}
