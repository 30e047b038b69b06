import NextAuth from 'next-auth'
import { authOptions } from '#server/auth/options.ts'

const handler = (request: Request, context: unknown): Promise<Response> =>
  // safe: next-auth's handler takes exactly what Next gives a route; its types name neither
  (NextAuth(authOptions()) as (request: Request, context: unknown) => Promise<Response>)(request, context)

export { handler as GET, handler as POST }
