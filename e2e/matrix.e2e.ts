import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { request as ask } from 'node:http'
import { expect, test } from '@playwright/test'
import { useWorld } from './world.ts'

const world = useWorld()

/** What the build says that there is: every route, and every server action with the page that carries it. */
const built = async <T>(file: string): Promise<T> => JSON.parse(await readFile(`.next/${file}`, 'utf8')) as T // safe: written by the build
const routes = async (): Promise<readonly string[]> => Object.values(await built<Record<string, string>>('app-path-routes-manifest.json'))
type Actions = {
  readonly node: Readonly<Record<string, { readonly exportedName: string; readonly workers: Readonly<Record<string, unknown>> }>>
}
async function actions(): Promise<readonly { readonly id: string; readonly name: string; readonly path: string }[]> {
  const { node } = await built<Actions>('server/server-reference-manifest.json')
  const paths = await built<Record<string, string>>('app-path-routes-manifest.json')
  return Object.entries(node).map(([id, { exportedName, workers }]) => ({
    id,
    name: exportedName,
    path: filled(paths[Object.keys(workers)[0]?.replace(/^app/, '') ?? ''] ?? '/'),
  }))
}
const filled = (route: string): string =>
  route
    .replace('[...nextauth]', 'session')
    .replaceAll('[id]', randomUUID())
    .replaceAll(/\[\w+\]/g, 'x')

/** Open to everybody by intent: signing in, health, and files of the build. */
const PUBLIC = /^\/(signin|icon\.svg|_global-error|_not-found|specimen)$|^\/api\/(auth|health)\//

type Sent = { readonly status: number; readonly text: string; readonly location: string | undefined }

/** One request as bytes on the wire: nothing is added, nothing is followed. */
function send(
  path: string,
  options: { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string | Buffer } = {},
): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options
    const url = new URL(path, world.info().portal.url)
    const sent = ask({ host: url.hostname, port: url.port, path: url.pathname + url.search, method, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString(), location: response.headers.location }),
      )
    })
    // Who is refused while still talking may be cut off before the answer is read: status 0.
    sent.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve({ status: 0, text: '', location: undefined }) : reject(error),
    )
    sent.end(body)
  })
}

/** Words that only the content of this world has. */
const CONTENT = /rar-|ccs-mgmt|seam-system|james\.okafor|maria\.santos|DomainPolicy|"rows"|"counts"/

const STRANGERS = (): Readonly<Record<string, Readonly<Record<string, string>>>> => ({
  nobody: {},
  'a forged cookie': { cookie: 'next-auth.session-token=eyJhbGciOiJkaXIifQ..x.y.z' },
  'a token of the repository': { authorization: `Bearer ${world.info().git.token}` },
  'a machine token': { authorization: 'Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQ6eDp5In0.c2ln' },
})

test('every route: no stranger gets content, whatever the method', async () => {
  const wrong: string[] = []
  const all = await routes()
  expect(all.length).toBeGreaterThan(20)
  for (const [who, headers] of Object.entries(STRANGERS()))
    for (const route of all)
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        const { status, text } = await send(filled(route), { method, headers: { ...headers, 'content-length': '0' } })
        // The specimen draws samples of its own.
        if (route !== '/specimen' && CONTENT.test(text))
          wrong.push(`${who} ${method} ${route}: ${status} with content: ${CONTENT.exec(text)?.[0]}`)
        if (status >= 500 && !route.startsWith('/_')) wrong.push(`${who} ${method} ${route}: ${status}`)
        if (route.startsWith('/api/') && !PUBLIC.test(route) && status < 400) wrong.push(`${who} ${method} ${route}: ${status}`)
        const asksCookie = who === 'a forged cookie'
        if (!route.startsWith('/api/') && !PUBLIC.test(route) && !asksCookie && status !== 307)
          wrong.push(`${who} ${method} ${route}: ${status}`)
      }
  expect(wrong).toEqual([])
})

test('every server action of the build: refused to strangers, with or without a cookie or a token', async () => {
  const wrong: string[] = []
  const all = await actions()
  expect(all.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['castVoteAction', 'withdrawVoteAction', 'requestMergeAction', 'sendAction']),
  )
  for (const [who, headers] of Object.entries(STRANGERS()))
    for (const { id, name, path } of all.filter((action) => action.name !== 'refuseCast')) {
      const body = JSON.stringify([{ id: randomUUID(), digest: 'sha256:0', verdict: 'approve' }])
      const { status, text } = await send(path, {
        method: 'POST',
        headers: { ...headers, 'next-action': id, 'content-type': 'text/plain;charset=UTF-8', 'content-length': String(body.length) },
        body,
      })
      const refused = status === 307 || text.includes('"unauthenticated"')
      if (!refused || CONTENT.test(text) || text.includes('"ok":true')) wrong.push(`${who} ${name}: ${status} ${text.slice(0, 200)}`)
    }
  expect(wrong).toEqual([])
})

test('bad input over the wire: a status and words for each, never a failure of ours', async ({ browser }) => {
  const maria = await world.as(browser, 'maria.santos')
  const cookie = (await maria.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const [vote] = (await actions()).filter(({ name }) => name === 'castVoteAction')
  const act = (body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Promise<Sent> =>
    send(vote?.path ?? '/', {
      method: 'POST',
      headers: {
        cookie,
        'next-action': vote?.id ?? '',
        'content-type': 'text/plain;charset=UTF-8',
        'content-length': String(body.length),
        ...headers,
      },
      body,
    })
  const huge = await act('x'.repeat(2 * 1_048_576))
  expect([413, 0]).toContain(huge.status)
  if (huge.status === 413) expect(huge.text).toContain('may have at most 1048576')
  const endless = await send(vote?.path ?? '/', {
    method: 'POST',
    headers: { cookie, 'next-action': vote?.id ?? '', 'transfer-encoding': 'chunked' },
    body: '[]',
  })
  expect(endless.status).toBe(411)
  for (const type of ['application/json', 'application/xml', 'multipart/form-data', 'image/png', ''])
    expect({ type, bad: (await act('[{}]', { 'content-type': type })).text.includes('"ok":true') }).toEqual({ type, bad: false })
  for (const body of ['', '[', 'null', '[null]', '[[[[[[]]]]]]', '["\\u0000"]', '[{"__proto__":{"id":"x"}}]', '\u0000'])
    expect({ body, bad: (await act(body)).text.includes('"ok":true') }).toEqual({ body, bad: false })

  const get = (path: string): Promise<Sent> => send(path, { headers: { cookie } })
  for (const [query, status] of [
    ['q=a&q=b', 422],
    ['view=nothing', 422],
    [`q=${'x'.repeat(300)}`, 422],
    ['q=%00', 422],
    ['after=9007199254740993', 422],
    ['__proto__=x&constructor=y', 200],
    ['q=%ED%A0%80', 200],
  ] as const) {
    const answer = await get(`/api/approvals?${query}`)
    expect({ query, status: answer.status }).toEqual({ query, status })
    if (status === 422) expect(answer.text).toMatch(/"title":"[A-Z]/)
  }
  expect([431, 0]).toContain((await get(`/api/approvals?q=${'x'.repeat(100_000)}`)).status)
  for (const path of [
    '/approvals/x',
    `/approvals/${randomUUID()}`,
    '/approvals/%00',
    '/approvals/..%2f..%2fetc',
    '/ledger?entry=9007199254740993',
    '/approvals?after=x',
    '/approvals?q=%00',
  ])
    expect({ path, fails: (await get(path)).status >= 500 }).toEqual({ path, fails: false })
  for (const method of ['PUT', 'PATCH', 'DELETE'])
    expect((await send('/api/approvals', { method, headers: { cookie, 'content-length': '0' } })).status).toBe(405)
})
