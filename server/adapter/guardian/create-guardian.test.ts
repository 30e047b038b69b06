import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { createGuardian } from '#server/adapter/guardian/create-guardian.ts'

type Reply = (method: string, body: Record<string, unknown>) => unknown

let server: Http2Server | undefined
const seen: { path: string; contentType: string; body: Record<string, unknown> }[] = []
afterEach(() => server?.close())

/** A Go server with a JSON codec, as Guardian is one: plain JSON in a gRPC frame, trailers with the status. */
async function guardianThat(reply: Reply | 'silent'): Promise<string> {
  server = createServer()
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    stream.on('error', () => undefined)
    if (reply === 'silent') return
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).subarray(5).toString()) as Record<string, unknown>
      const path = String(headers[':path'])
      seen.push({ path, contentType: String(headers['content-type']), body })
      const answer = Buffer.from(JSON.stringify(reply(path.slice(path.lastIndexOf('/') + 1), body)))
      const head = Buffer.alloc(5)
      head.writeUInt32BE(answer.length, 1)
      stream.respond({ ':status': 200, 'content-type': 'application/grpc+json' }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
      stream.end(Buffer.concat([head, answer]))
    })
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const permission = { verb: 'update', group: 'seam.ontai.dev', resource: 'relationshipadmissionrequests', name: 'rar-x' } as const

test('asks in plain JSON over application/grpc+json with the exact field names', async () => {
  const guardian = createGuardian({
    address: await guardianThat(() => ({ allowed: true, reason: 'allowed by effective rule' })),
    cluster: 'ccs-mgmt',
  })
  expect(await guardian.check('maria.santos', permission)).toMatchObject({ allowed: true, reason: 'allowed by effective rule' })
  expect(seen.at(-1)).toEqual({
    path: '/ontai.security.v1alpha1.PermissionService/CheckPermission',
    contentType: 'application/grpc+json',
    body: {
      principal: 'oidc:maria.santos',
      cluster: 'ccs-mgmt',
      apiGroup: 'seam.ontai.dev',
      resource: 'relationshipadmissionrequests',
      verb: 'update',
      resourceName: 'rar-x',
    },
  })
  expect(guardian.age().state).toBe('fresh')
  guardian.stop()
})

test('a no is an answer, "not yet computed" is none', async () => {
  let reason = 'no effective rule grants update'
  const guardian = createGuardian({ address: await guardianThat(() => ({ allowed: false, reason })), cluster: 'c' })
  expect(await guardian.check('noor.haddad', permission)).toMatchObject({ allowed: false })
  reason = 'EPG not yet computed — no authorization decision available'
  await expect(guardian.check('amir.khan', permission)).rejects.toMatchObject({ code: 'unavailable' })
  expect(guardian.age().state).toBe('down')
  guardian.stop()
})

test('an empty list of rules is believed only when Guardian has computed', async () => {
  let ready = false
  const guardian = createGuardian({
    address: await guardianThat((method) =>
      method === 'ListPermissions' ? {} : { allowed: false, reason: ready ? 'no rule' : 'EPG not yet computed' },
    ),
    cluster: 'c',
  })
  await expect(guardian.listPermissions('x')).rejects.toMatchObject({ code: 'unavailable' })
  ready = true
  expect(await guardian.listPermissions('x')).toEqual([])
  guardian.stop()
})

test('silence ends at the deadline and says that deciding is closed', async () => {
  const guardian = createGuardian({ address: await guardianThat('silent'), cluster: 'c' })
  await expect(guardian.check('x', permission)).rejects.toThrow(/Deciding is closed/)
  guardian.stop()
})
