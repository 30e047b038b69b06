import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { people } from '#sandbox/world/people.ts'
import { compare } from '../harness/compare.ts'
import { counted, type Figure, type Measurement } from '../harness/figure.ts'
import { startPackPortal, type PackPortal } from '../harness/portal-world.ts'
import { startApi } from '../harness/replay.ts'
import { GROUP } from '../ref/packs.ts'
import { cpuSeconds } from '../harness/served.ts'
import { messagesOf, type StreamClients, startStreamClients } from '../harness/stream-clients.ts'
import type { Heard } from '../harness/stream-program.ts'

/** The event stream at many browsers: what the API server is asked (K3), CPU and memory (L2), permission classes (L3). */
export const measurement: Measurement = { name: 'stream', run: benchStream }

const OBJECTS = 1_000
const CLIENTS = 1_000
/** Twice each, so that both runs tell the same bytes. */
const CHANGED = [0, 0, 1, 1]
const CHANGES = 5
/** Each slice of L3 lets its thousand clients come first: fewer pairs. */
const PAIRS_OF_CLASSES = 5
/** Longer than changes are gathered, so that each is a message of its own. */
const APART_MS = 200
const HEARD_MS_MAX = 30_000
/** What a page of the explorer may follow. */
const TOPICS = ['topology', 'history', `kind:${GROUP}/Pack`]
const STREAM = `/api/stream?${TOPICS.map((topic) => `topic=${encodeURIComponent(topic)}`).join('&')}`
const PAGE = `/resources/${GROUP}/Pack`

async function benchStream(): Promise<readonly Figure[]> {
  const world = await startPackPortal(OBJECTS)
  const clients = startStreamClients()
  const bare = await startApi('bare-sse.ts', [])
  try {
    const asked = await askedByBrowsers(world, clients)
    const cpu = await cpuPerMessage(world, clients, bare)
    return [...asked, ...cpu, ...(await classes(world, clients))]
  } finally {
    await clients.stop()
    await bare.stop()
    await world.stop()
  }
}

/** K3: the same changes with one browser and with a hundred; every browser asks for its page again after each. */
async function askedByBrowsers({ portal, api, cookieOf }: PackPortal, clients: StreamClients): Promise<readonly Figure[]> {
  const cookie = await cookieOf('james.okafor')
  const asked = async (browsers: number) => {
    await clients.open(portal.url + STREAM, [cookie], browsers)
    const before = await api.counters()
    for (const at of CHANGED) {
      const known = await clients.heard()
      await api.change(at)
      await heardByAll(clients, known)
      await pause(APART_MS)
      const pages = Array.from({ length: browsers }, async () => (await fetch(portal.url + PAGE, { headers: { cookie } })).text())
      for (const page of await Promise.all(pages)) if (!page.includes('pack-000012')) throw new Error('a page has no packs')
    }
    const [heard] = await clients.settled()
    const after = await api.counters()
    await clients.close()
    if (heard === undefined || heard.fewest < CHANGED.length) throw new Error(`a browser heard ${heard?.fewest ?? 0} changes`)
    const grown = (key: 'requests' | 'watchBytes' | 'discoveries'): number => after[key] - before[key]
    return { requests: grown('requests'), bytes: grown('watchBytes'), discoveries: grown('discoveries') }
  }
  const one = await asked(1)
  const many = await asked(100)
  const said = (of: typeof one): string =>
    `${of.requests} requests for objects, ${of.bytes} bytes of watches, ${of.discoveries} requests of the timed discovery`
  const note = `${CHANGED.length} changes, each asked for again by every browser; with one ${said(one)}; with 100 ${said(many)}`
  return [
    counted('K3-requests', '1.00 × with 100 browsers as with one', (many.requests + 1) / (one.requests + 1), { atMost: 1 }, note),
    counted('K3-bytes', '1.00 × with 100 browsers as with one', many.bytes / one.bytes, { atMost: 1 }, note),
  ]
}

/** L2: 1,000 clients of the portal beside 1,000 of a bare server. */
async function cpuPerMessage(world: PackPortal, ours: StreamClients, bare: { readonly url: string; readonly pid: number }) {
  const theirs = startStreamClients()
  const { portal, api } = world
  const memory = await memoryPerClient(world, ours, { ...bare, clients: theirs })
  const tell = `${bare.url}/tell?text=${encodeURIComponent('{"topic":"topology"}')}`
  const ratio = await compare({
    id: 'L2-cpu',
    goal: '≤ 1.3 × bare Node server-sent events',
    as: 'cost',
    bound: { atMost: 1.3 },
    subject: () => perMessage(portal.pid, ours, (at) => api.change(at)),
    reference: () => perMessage(bare.pid, theirs, async () => void (await (await fetch(tell)).text())),
    note: `CPU of the server's process per message that arrived at ${CLIENTS} clients; ours follows the cluster with it`,
  })
  await ours.close()
  await theirs.stop()
  return [ratio, memory]
}

async function memoryPerClient(
  { portal, cookieOf }: PackPortal,
  ours: StreamClients,
  bare: { readonly url: string; readonly pid: number; readonly clients: StreamClients },
): Promise<Figure> {
  const cookie = await cookieOf('james.okafor')
  const grown = async (pid: number, open: () => Promise<void>): Promise<number> => {
    const before = residentBytes(pid)
    await open()
    return (residentBytes(pid) - before) / CLIENTS
  }
  const portalBytes = await grown(portal.pid, () => ours.open(portal.url + STREAM, [cookie], CLIENTS))
  const bareBytes = await grown(bare.pid, () => bare.clients.open(`${bare.url}/api/stream`, [''], CLIENTS))
  const note = `resident bytes per client when ${CLIENTS} come: ${Math.round(portalBytes)} beside ${Math.round(bareBytes)}, with what their requests left behind`
  return counted('L2-memory', '≤ 1.3 × bare Node server-sent events', portalBytes / bareBytes, { atMost: 1.3 }, note)
}

/** Seconds of CPU of a server per message, over some changes that every client hears of. */
async function perMessage(pid: number, clients: StreamClients, change: (at: number) => Promise<void>): Promise<number> {
  const before = await clients.settled()
  const from = cpuSeconds(pid)
  for (let at = 0; at < CHANGES; at += 1) {
    const known = await clients.heard()
    await change(at)
    await heardByAll(clients, known)
    await pause(APART_MS)
  }
  const after = await clients.settled()
  const spent = cpuSeconds(pid) - from
  const told = after.map(({ fewest }, at) => fewest - (before[at]?.fewest ?? 0))
  if (told.some((messages) => messages < CHANGES)) throw new Error(`a client heard ${Math.min(...told)} of ${CHANGES} changes`)
  return spent / (messagesOf(after) - messagesOf(before))
}

async function heardByAll(clients: StreamClients, before: Heard): Promise<void> {
  const end = performance.now() + HEARD_MS_MAX
  while ((await clients.heard()).some(({ fewest }, of) => fewest <= (before[of]?.fewest ?? 0))) {
    if (performance.now() > end) throw new Error(`a client heard nothing of a change for ${HEARD_MS_MAX / 1_000} s`)
    await pause(20)
  }
}

/** L3: 1,000 clients who may read different things beside 1,000 who may read the same; nobody hears anything of an object. */
async function classes({ portal, api, cookieOf }: PackPortal, clients: StreamClients): Promise<readonly Figure[]> {
  const cookies = await Promise.all(people.map(({ login }) => cookieOf(login)))
  let events = 0
  const forbidden = new Set<string>()
  const slice = async (of: readonly string[]): Promise<number> => {
    await clients.open(portal.url + STREAM, of, CLIENTS)
    const cost = await perMessage(portal.pid, clients, (at) => api.change(at))
    const heard = await clients.heard()
    events += messagesOf(heard)
    for (const { texts } of heard) for (const text of texts) if (!isTopicOnly(text)) forbidden.add(text)
    await clients.close()
    return cost
  }
  const ratio = await compare({
    id: 'L3-classes',
    goal: '≤ 1.3 × one class',
    as: 'cost',
    bound: { atMost: 1.3 },
    subject: () => slice(cookies),
    reference: () => slice(cookies.slice(1, 2)),
    pairs: PAIRS_OF_CLASSES,
    note: `${CLIENTS} clients of ${cookies.length} people of different rights beside as many of one person`,
  })
  const note = `${events} events heard; ${[...forbidden].slice(0, 2).join(' ')}`
  return [ratio, counted('L3-forbidden', 'nothing of an object in 10^5 events', forbidden.size, { atMost: 0 }, note)]
}

/** A message says that a topic may have changed, and nothing else: whoever hears it asks again, and is asked for their rights again. */
function isTopicOnly(text: string): boolean {
  const { topic, ...more } = JSON.parse(text) as { readonly topic?: unknown } // safe: only looked at
  return typeof topic === 'string' && !/pack-\d|cluster-\d/.test(topic) && Object.keys(more).length === 0
}

function residentBytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) * 1_024
}
