import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OidcServer, startOidcProvider, subjectOf } from './provider.ts'

const REDIRECT = 'http://localhost:3000/api/auth/callback/oidc'
const dir = mkdtempSync(join(tmpdir(), 'oidc-'))
const person = { login: 'ada.lovelace', name: 'Ada Lovelace', email: 'ada@example.test', role: 'analyst <one>', groups: ['engines'] }
const other = { ...person, login: 'mary.s', name: 'Mary S', role: 'astronomer' }
let server: OidcServer

beforeAll(async () => {
  const clients = [{ id: 'portal', secret: 'quite-secret', redirectUris: [REDIRECT], afterSignOut: ['http://localhost:3000/'] }]
  server = await startOidcProvider({ dir, people: [person, other], clients })
})
afterAll(async () => {
  await server.close()
  rmSync(dir, { recursive: true })
})

/** A browser in ten lines: cookies kept, redirects followed by hand. */
function browser() {
  const jar = new Map<string, string>()
  return async (address: string, form?: Record<string, string>): Promise<Response> => {
    const response = await fetch(new URL(address, server.issuer), {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...jar].map(([key, value]) => `${key}=${value}`).join('; ') },
      ...(form && { body: new URLSearchParams(form) }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [key = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s)
      jar.set(key, value)
    }
    return response
  }
}

async function signIn(login: string) {
  const go = browser()
  const verifier = randomBytes(32).toString('base64url')
  const query = new URLSearchParams({
    client_id: 'portal',
    redirect_uri: REDIRECT,
    response_type: 'code',
    scope: 'openid profile email groups',
    state: 's1',
    nonce: 'n1',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const asked = await go(`/auth?${query}`)
  const chooser = asked.headers.get('location') ?? ''
  const html = await (await go(chooser)).text()
  let next = (await go(chooser, { login })).headers.get('location') ?? ''
  if (!next.startsWith(REDIRECT)) next = (await go(next)).headers.get('location') ?? ''
  const code = new URL(next).searchParams.get('code') ?? ''
  return { go, html, verifier, code, query }
}

const redeem = (code: string, verifier: string, secret = 'quite-secret') =>
  fetch(`${server.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`portal:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT, code_verifier: verifier }),
  })

test('a person signs in with PKCE and the token names login, groups and nonce', async () => {
  const { html, code, verifier } = await signIn(person.login)
  expect(html).toContain('>ada.lovelace</button>')
  expect(html).toContain('analyst &#60;one&#62;')
  const tokens = (await (await redeem(code, verifier)).json()) as { id_token: string; access_token: string }
  const discovery = (await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).json()) as {
    jwks_uri: string
    userinfo_endpoint: string
  }
  const { payload } = await jwtVerify(tokens.id_token, createRemoteJWKSet(new URL(discovery.jwks_uri)), {
    issuer: server.issuer,
    audience: 'portal',
  })
  expect(payload).toMatchObject({
    nonce: 'n1',
    sub: subjectOf(person.login),
    preferred_username: person.login,
    email: person.email,
    groups: ['engines'],
  })
  const seen = await fetch(discovery.userinfo_endpoint, { headers: { authorization: `Bearer ${tokens.access_token}` } })
  expect(await seen.json()).toMatchObject({ preferred_username: person.login, name: person.name, groups: ['engines'] })
})

test('a wrong verifier or a wrong secret redeems nothing', async () => {
  const { code } = await signIn(person.login)
  expect((await redeem(code, 'x'.repeat(43))).status).toBe(400)
  const again = await signIn(person.login)
  expect((await redeem(again.code, again.verifier, 'wrong')).status).toBe(401)
})

test('signing in again asks again, so that another person can be chosen', async () => {
  const { go, query } = await signIn(person.login)
  const asked = await go(`/auth?${query}`)
  expect(asked.headers.get('location')).toContain('/interaction/')
})

test('the end-session address signs out and returns to the portal', async () => {
  const { go, code, verifier } = await signIn(person.login)
  const { id_token } = (await (await redeem(code, verifier)).json()) as { id_token: string }
  const html = await (
    await go(`/session/end?${new URLSearchParams({ id_token_hint: id_token, post_logout_redirect_uri: 'http://localhost:3000/' })}`)
  ).text()
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(html)?.[1] ?? ''
  const left = await go('/session/end/confirm', { xsrf, logout: 'yes' })
  expect(left.headers.get('location')).toBe('http://localhost:3000/')
})

test('somebody who is not in the directory cannot be chosen, and a lost interaction says so', async () => {
  const go = browser()
  expect((await go('/interaction/none')).status).toBe(400)
})
