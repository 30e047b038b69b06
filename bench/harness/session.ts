import { encode } from 'next-auth/jwt'
import { personOf } from '#sandbox/world/people.ts'

/** The cookie that next-auth gives a person at sign-in (server/auth/options.ts). */
export async function sessionOf(login: string, env: Readonly<Record<string, string>>): Promise<string> {
  const { name, groups } = personOf(login)
  return `next-auth.session-token=${await encode({ token: { login, name, groups: [...groups] }, secret: env['NEXTAUTH_SECRET'] ?? '' })}`
}
