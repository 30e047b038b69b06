import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asList, asObject, asText, nameOf, parseJson, versionOf, type Json } from './json.ts'

// A server of its own process is killed with SIGKILL in the middle of writes: what it acknowledged must be there afterwards.
type Server = { readonly child: ChildProcess; readonly url: string; readonly token: string; readonly ca: string }
type Known = Map<string, { readonly value: string; readonly version: string }>

const program = `
import { startKubeServer } from ${JSON.stringify(new URL('./server.ts', import.meta.url).href)}
const server = await startKubeServer({ dir: process.argv[1], logBytesMax: 60_000, users: [{ name: 'admin', username: 'admin', groups: ['system:masters'] }] })
process.stdout.write(JSON.stringify({ url: server.url, token: server.token('admin'), ca: server.caPem }) + '\\n')
`
const MAPS = '/api/v1/namespaces/default/configmaps'
let dir: string
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'vortex-kill-'))))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

async function start(): Promise<Server> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, dir], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer] // safe: a readable without encoding yields buffers
  return { child, ...(JSON.parse(line.toString('utf8')) as Omit<Server, 'child'>) } // safe: printed by the program above
}

async function kill({ child }: Server): Promise<void> {
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

const call = ({ url, token, ca }: Server, method: string, path: string, body?: Json): Promise<{ code: number; body: Json }> =>
  new Promise((resolve, reject) => {
    const text = body === undefined ? '' : JSON.stringify(body)
    const type = method === 'PATCH' ? 'application/apply-patch+yaml' : 'application/json'
    const asked = request(
      `${url}${path}`,
      { method, ca, headers: { authorization: `Bearer ${token}`, 'content-type': type, 'content-length': Buffer.byteLength(text) } },
      (response) => {
        let answer = ''
        response.on('data', (chunk: Buffer) => (answer += chunk.toString('utf8')))
        response.on('end', () =>
          response.complete ? resolve({ code: response.statusCode ?? 0, body: parseJson(answer) }) : reject(new Error('cut')),
        )
        response.on('error', reject)
      },
    )
    asked.on('error', reject)
    asked.end(text)
  })

/** Writes until the server is gone; only what was acknowledged is remembered. A write without an answer leaves its key open. */
async function writer(server: Server, prefix: string, known: Known, open: Set<string>): Promise<void> {
  for (let n = 0; ; n++) {
    const name = `${prefix}-${n % 25}`
    const value = `${prefix}.${n}`
    open.add(name)
    try {
      const deletes = n % 10 === 9 && known.has(name)
      const path = `${MAPS}/${name}${deletes ? '' : '?fieldManager=writer&force=true'}`
      const answer = await call(
        server,
        deletes ? 'DELETE' : 'PATCH',
        path,
        deletes ? undefined : { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { value, filler: 'x'.repeat(200) } },
      )
      if (answer.code >= 300) throw new Error(`unexpected answer ${answer.code}: ${JSON.stringify(answer.body)}`)
      if (deletes) known.delete(name)
      else known.set(name, { value, version: versionOf(asObject(answer.body)) })
      open.delete(name)
    } catch (failure) {
      if (failure instanceof Error && failure.message.startsWith('unexpected')) throw failure
      return
    }
  }
}

async function check(server: Server, known: Known, open: ReadonlySet<string>): Promise<number> {
  const list = asObject((await call(server, 'GET', MAPS)).body)
  const stored = new Map(
    asList(list['items'])
      .map(asObject)
      .map((object) => [nameOf(object), object]),
  )
  for (const [name, { value, version }] of known) {
    if (open.has(name)) continue
    expect([name, asObject(stored.get(name)?.['data'])['value'], asObject(stored.get(name)?.['metadata'])['resourceVersion']]).toEqual([
      name,
      value,
      version,
    ])
  }
  for (const name of stored.keys()) expect(known.has(name) || open.has(name)).toBe(true)
  return Number(asObject(list['metadata'])['resourceVersion'])
}

test('every acknowledged write survives SIGKILL, round after round', { timeout: 90_000 }, async () => {
  const known: Known = new Map()
  let revision = 0
  for (let round = 0; round < 5; round++) {
    const server = await start()
    const open = new Set<string>()
    const writers = ['a', 'b', 'c', 'd'].map((name) => writer(server, `${name}${round}`, known, open))
    await sleep(400 + round * 130)
    await kill(server)
    await Promise.all(writers)
    const next = await start()
    const at = await check(next, known, open)
    expect(at).toBeGreaterThan(revision)
    revision = at
    // What had no answer may be there or not; from here on it is known.
    for (const object of asList(asObject((await call(next, 'GET', MAPS)).body)['items']).map(asObject)) {
      known.set(nameOf(object), {
        value: asText(asObject(object['data'])['value']),
        version: versionOf(object),
      })
    }
    const listed = new Set(asList(asObject((await call(next, 'GET', MAPS)).body)['items']).map((object) => nameOf(asObject(object))))
    for (const name of known.keys()) if (!listed.has(name)) known.delete(name)
    await kill(next)
  }
  expect(known.size).toBeGreaterThan(20)
})

test('a torn last line is cut off; certificates and tokens stay', { timeout: 30_000 }, async () => {
  const before = await start()
  await kill(before)
  appendFileSync(join(dir, 'store', 'log.jsonl'), '{"r":999999,"s":"/configmaps","k":"default/torn"')
  const after = await start()
  expect([after.token, after.ca]).toEqual([before.token, before.ca])
  expect((await call(after, 'GET', `${MAPS}/torn`)).code).toBe(404)
  await call(after, 'POST', MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'whole' } })
  await kill(after)
  expect(readFileSync(join(dir, 'store', 'log.jsonl'), 'utf8')).not.toContain('torn')
  const last = await start()
  expect((await call(last, 'GET', `${MAPS}/whole`)).code).toBe(200)
  await kill(last)
})
