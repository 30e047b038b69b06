import 'server-only'
import type { NextAuthOptions } from 'next-auth'
import { env } from '#server/env.ts'

/** Groups are frozen in the token, so a session is short; authority is asked again at every decision. */
const SESSION_SECONDS = 8 * 60 * 60

type Claims = {
  readonly sub: string
  readonly preferred_username?: string
  readonly name?: string
  readonly email?: string
  readonly groups?: readonly string[]
}

/** Sign-in with any OIDC provider: code flow with PKCE, state and nonce. A person is `preferred_username` in lower case (decisions.md 3). */
export const authOptions = (): NextAuthOptions => ({
  secret: env().NEXTAUTH_SECRET,
  session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
  pages: { signIn: '/signin', error: '/signin' },
  providers: [
    {
      id: 'oidc',
      name: 'Single sign-on',
      type: 'oauth',
      wellKnown: `${env().VORTEX_OIDC_ISSUER.replace(/\/$/, '')}/.well-known/openid-configuration`,
      clientId: env().VORTEX_OIDC_CLIENT_ID,
      clientSecret: env().VORTEX_OIDC_CLIENT_SECRET,
      authorization: { params: { scope: 'openid profile email groups' } },
      checks: ['pkce', 'state', 'nonce'],
      idToken: true,
      profile: (claims: Claims) => ({
        id: claims.sub,
        login: (claims.preferred_username ?? '').toLowerCase(),
        name: claims.name ?? claims.preferred_username ?? claims.sub,
        email: claims.email ?? null,
        groups: [...(claims.groups ?? [])],
      }),
    },
  ],
  callbacks: {
    signIn: ({ user }) => 'login' in user && typeof user.login === 'string' && user.login !== '',
    jwt: ({ token, user }) => {
      if (user && 'login' in user && 'groups' in user) return { ...token, login: user.login, groups: user.groups, name: user.name ?? null }
      return token
    },
    session: ({ session, token }) => ({ ...session, login: token['login'], groups: token['groups'] }),
  },
})
