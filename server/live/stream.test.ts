import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, createServer as createDoor, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { type Follower, followStream, type LiveState } from '#components/ui/live-stream.ts'
import type { Beat } from '#lib/live/beat.ts'
import { keysOf } from '#lib/live/topic.ts'
import { streamBody } from '#server/live/body.ts'
import { type Hub, openHub } from '#server/live/hub.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

type Portal = {
  readonly url: string
  readonly tell: (key: string) => void
  readonly hub: Hub
  readonly responses: ServerResponse[]
  readonly stop: () => Promise<void>
}

/** A process of the portal: the hub and its streams behind a real HTTP server. `port` is that of a process that it comes after. */
async function portal(port = 0): Promise<Portal> {
  let tell = (_key: string): void => undefined
  const source = { age: () => ({ source: 'Git', state: 'fresh', at: Date.now(), problem: undefined }) }
  const kube = {
    ...source,
    subscribe: () => () => false,
    servedKinds: () => [],
    builtInKinds: () => [],
    list: () => ({ state: 'fresh', value: [], at: Date.now() }),
  }
  const hub = await openHub({
    database: { listen: async (_channel: string, listener: (payload: string) => void) => void (tell = listener), now: () => new Date() },
    kube,
    clusters: [kube],
    guardian: source,
    git: source,
    dsns: source,
    audit: source,
  } as unknown as Parameters<typeof openHub>[0]) // safe: the hub uses only what is given here
  const responses: ServerResponse[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://portal')
    const after = request.headers['last-event-id']
    const keys = keysOf(url.searchParams.getAll('topic'), url.searchParams.get('login') ?? 'lena')
    const { body } = streamBody(hub, { keys, after: typeof after === 'string' ? after : undefined })
    responses.push(response)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    void pipeline(Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]), response).catch(() => undefined)
  })
  const url = await listening(server, port)
  const stop = async (): Promise<void> => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  ends.push(stop)
  return { url, tell: (key) => tell(key), hub, responses, stop }
}

async function listening(server: Server | ReturnType<typeof createDoor>, port = 0): Promise<string> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}` // safe: it listens on a port
}

type Tab = Follower & { readonly heard: string[]; readonly states: LiveState[]; readonly beats: Beat[]; topics: readonly string[] }

function tab(address: string, topics: readonly string[], from?: string): Tab {
  const heard: string[] = []
  const states: LiveState[] = []
  const beats: Beat[] = []
  const own = { topics }
  const follower = followStream(address, from, {
    topics: () => own.topics,
    onTopic: (topic) => heard.push(topic),
    onEverything: () => heard.push('everything'),
    onBeat: (beat) => beats.push(beat),
    onState: (state) => states.push(state),
  })
  ends.push(follower.stop)
  return Object.assign(own, follower, { heard, states, beats })
}

/** What stands between a tab and the portal, and can be cut, stalled or cut in the middle of an event. */
async function door(to: string): Promise<{
  readonly url: string
  readonly cut: () => void
  readonly stall: (is: boolean) => void
  readonly cutAfter: (bytes: number) => void
  readonly connections: () => number
}> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let isStalled = false
  let left = Infinity
  let connections = 0
  const server = createDoor((near) => {
    connections += 1
    const far = connect(Number(new URL(to).port), '127.0.0.1')
    const pair = [near, far] as const
    pairs.add(pair)
    near.on('data', (chunk) => void far.write(chunk))
    far.on('data', (chunk) => {
      if (isStalled) return
      near.write(chunk.subarray(0, left))
      left -= chunk.length
      if (left <= 0) near.destroy()
      if (left <= 0) left = Infinity
    })
    for (const [one, other] of [pair, [far, near]] as const) {
      one.on('error', () => undefined)
      one.on('close', () => (other.destroy(), pairs.delete(pair)))
    }
  })
  const url = await listening(server)
  const cut = (): void => {
    for (const [near] of pairs) near.destroy()
  }
  ends.push(() => (server.close(), cut()))
  return { url, cut, stall: (is) => (isStalled = is), cutAfter: (bytes) => (left = bytes), connections: () => connections }
}

const isLive = (one: Tab) => expect.poll(() => one.states.at(-1)).toBe('live')
const numbered = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, index) => `approval:${from + index}`)

test('whoever goes on from where a page was drawn hears what changed since, and nothing twice', async () => {
  const there = await portal()
  const from = `${there.hub.epoch}.${there.hub.position()}`
  there.tell('approvals')
  await expect.poll(() => there.hub.position()).toBeGreaterThan(0)
  const lena = tab(there.url, ['approvals', 'deliveries'], from)
  await isLive(lena)
  expect(lena.heard).toEqual(['approvals'])
  there.tell('deliveries')
  await expect.poll(() => lena.heard).toEqual(['approvals', 'deliveries'])
  expect(lena.beats[0]).toMatchObject({
    sources: [{ source: 'Git' }, {}, {}, {}, {}],
    binding: [{ source: 'Kubernetes' }, { source: 'Git' }],
  })
})

test('without a place to go on from, everything is read once', async () => {
  const there = await portal()
  const lena = tab(there.url, ['approvals'])
  await isLive(lena)
  expect(lena.heard).toEqual(['everything'])
})

test('a connection that is cut again and again, also within an event, loses nothing and doubles nothing', async () => {
  const there = await portal()
  const between = await door(there.url)
  const topics = numbered(0, 60)
  const lena = tab(between.url, topics, `${there.hub.epoch}.0`)
  await isLive(lena)
  for (const [index, topic] of topics.entries()) {
    there.tell(topic)
    if (index % 20 === 7) between.cutAfter(index)
    if (index % 20 === 13) between.cut()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await expect.poll(() => lena.heard.length).toBeGreaterThanOrEqual(topics.length)
  expect(lena.heard.toSorted()).toEqual(topics.toSorted())
  expect(between.connections()).toBeGreaterThan(3)
})

test('a portal that was started anew, or another replica, says that everything has to be read again', async () => {
  const first = await portal()
  const lena = tab(first.url, ['approvals'], `${first.hub.epoch}.0`)
  await isLive(lena)
  await first.stop()
  await expect.poll(() => lena.states.at(-1)).toBe('lost')
  await portal(Number(new URL(first.url).port))
  await isLive(lena)
  expect(lena.heard).toEqual(['everything'])
})

test('a connection that stands and says nothing is given up, and the next one goes on without a gap', async () => {
  const there = await portal()
  const between = await door(there.url)
  const lena = tab(between.url, ['approvals'], `${there.hub.epoch}.0`)
  await isLive(lena)
  between.stall(true)
  there.tell('approvals')
  // The computer slept meanwhile: one clock stood still, the other says how long it was.
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000)
  expect(lena.silence()).toBeGreaterThan(50_000)
  await expect.poll(() => lena.states.at(-1)).toBe('lost')
  vi.restoreAllMocks()
  between.stall(false)
  await expect.poll(() => lena.heard).toEqual(['approvals'])
  expect(between.connections()).toBeGreaterThan(1)
})

test('other topics are followed from before they were shown, and what was heard already is not heard twice', async () => {
  const there = await portal()
  const lena = tab(there.url, ['approvals'], `${there.hub.epoch}.0`)
  await isLive(lena)
  there.tell('approvals')
  there.tell('object:example.org/Thing/a/one')
  await expect.poll(() => lena.heard).toEqual(['approvals'])
  lena.topics = ['approvals', 'object:example.org/Thing/a/one']
  lena.turn()
  await expect.poll(() => lena.heard).toEqual(['approvals', 'object:example.org/Thing/a/one'])
  expect(lena.states).not.toContain('lost')
})

test('a reader that does not read costs a place in the log and no memory, and hears each topic once when it reads again', async () => {
  const there = await portal()
  const keys = new Set(numbered(0, 1_500))
  const { body } = streamBody(there.hub, { keys, after: `${there.hub.epoch}.0` })
  const waiting = body.getReader()
  const before = there.hub.frames.made()
  for (const key of [...keys, ...keys]) there.hub.publish(key)
  // What waits is bounded in bytes: of 1,500 events of 40 bytes and more only the first were put together.
  expect(there.hub.frames.made() - before).toBeLessThan(500)
  const heard: string[] = []
  const decoder = new TextDecoder()
  while (new Set(heard).size < keys.size) heard.push(...(decoder.decode((await waiting.read()).value).match(/approval:\d+/g) ?? []))
  // What waited was heard already, and changed again meanwhile; of the rest each is heard once, however often it changed.
  expect(heard.length).toBeLessThan(keys.size + 500)
  await waiting.cancel()
  expect(there.hub.open()).toBe(0)
})

test('a reader that takes nothing for long is let go', async () => {
  const there = await portal()
  const { body } = streamBody(there.hub, { keys: new Set(['approvals']), after: undefined })
  for (let event = 0; event < 1_000; event += 1) there.hub.publish('approvals')
  expect(there.hub.open()).toBe(1)
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 60_000)
  await expect.poll(() => there.hub.open()).toBe(0)
  vi.restoreAllMocks()
  await body.cancel()
})

test('a hundred thousand events in ten classes: nobody hears what is another person’s, and each event is put into bytes once', async () => {
  const there = await portal()
  const people = Array.from({ length: 10 }, (_, index) => `person-${index}`)
  const heard = new Map(people.map((login) => [login, new Set<number>()]))
  const strangers: string[] = []
  for (const login of people)
    for (let index = 0; index < 10; index += 1)
      there.hub.subscribe({
        keys: keysOf(['notices'], login),
        deliver: (event) => {
          there.hub.frames.event(event)
          heard.get(login)?.add(event.seq)
          if (event.key !== `notices@${login}`) strangers.push(event.key)
        },
        beat: () => undefined,
        end: () => undefined,
      })
  const before = there.hub.frames.made()
  for (let event = 0; event < 100_000; event += 1) there.hub.publish(`notices@${people[event % 10]}`)
  expect(strangers).toEqual([])
  expect(people.map((login) => heard.get(login)?.size)).toEqual(people.map(() => 10_000))
  expect(there.hub.frames.made() - before).toBe(100_000)
})
