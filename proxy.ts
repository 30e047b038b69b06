import { randomUUID } from 'node:crypto'
import { NextResponse, type NextRequest } from 'next/server'

/** Names of next-auth's session cookie; a large token is cut into numbered chunks. */
const SESSION = /^(__Secure-)?next-auth\.session-token(\.\d+)?$/

/**
 * Sends the signed-out to sign-in and gives every request its number and its content security policy.
 * Permission is asked in the verb, never here: a cookie of any content gets past this.
 */
export function proxy(request: NextRequest): NextResponse {
  const requestId = randomUUID()
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
