import { randomUUID } from 'node:crypto'
import { NextResponse, type NextRequest } from 'next/server'

/** Names of next-auth's session cookie; a large token is cut into numbered chunks. */
const SESSION = /^(__Secure-)?next-auth\.session-token(\.\d+)?$/

/** The longest text that a form of this portal sends is a quarter of it (server/profile/draft.ts). */
const BODY_MAX = 1_048_576

/** A body that is too long, or does not say how long it is, is refused before anything reads it. */
function bodyRefusal(request: NextRequest): NextResponse | undefined {
  if (request.method === 'GET' || request.method === 'HEAD') return undefined
  const length = request.headers.get('content-length')
  const said = (status: number, title: string): NextResponse =>
    NextResponse.json({ title, status }, { status, headers: { 'content-type': 'application/problem+json' } })
  if (length === null && request.headers.has('transfer-encoding')) return said(411, 'Say how long the body is: send a content-length.')
  if (Number(length ?? 0) <= BODY_MAX) return undefined
  return said(413, `The body is ${length} bytes long and may have at most ${BODY_MAX}. Send less.`)
}

/**
 * Sends the signed-out to sign-in and gives every request its number and its content security policy.
 * Permission is asked in the verb, never here: a cookie of any content gets past this.
 */
export function proxy(request: NextRequest): NextResponse {
  const requestId = randomUUID()
  const refused = bodyRefusal(request)
  if (refused !== undefined) return refused
  const signedIn = request.cookies.getAll().some(({ name }) => SESSION.test(name))
  const isPage = !request.nextUrl.pathname.startsWith('/api/')
  if (isPage && !signedIn && !/^\/(signin|specimen)$/.test(request.nextUrl.pathname)) {
    const to = new URL('/signin', request.nextUrl)
    to.searchParams.set('callbackUrl', request.nextUrl.pathname + request.nextUrl.search)
    return NextResponse.redirect(to)
  }
  const nonce = Buffer.from(requestId).toString('base64')
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
    // Editor and canvas place elements with style attributes; no style can come from cluster text, which is never HTML.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  const headers = new Headers(request.headers)
  headers.set('x-request-id', requestId)
  headers.set('x-nonce', nonce)
  headers.set('content-security-policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  response.headers.set('x-content-type-options', 'nosniff')
  response.headers.set('referrer-policy', 'same-origin')
  response.headers.set('x-request-id', requestId)
  return response
}

export const config = { matcher: ['/((?!_next/static|_next/image|favicon.ico|icon.svg).*)'] }
