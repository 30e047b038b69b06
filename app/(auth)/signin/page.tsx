import type { Metadata } from 'next'
import { SignIn } from './sign-in.tsx'

export const metadata: Metadata = { title: 'Sign in' }

type Query = Readonly<Record<string, string | string[] | undefined>>
type Props = { readonly searchParams: Promise<Query> }

const WHY: Readonly<Record<string, string>> = {
  AccessDenied: 'The sign-in service knows you without a login name, so no decision could carry your name. Ask your platform team.',
  OAuthSignin: 'The sign-in service did not answer.',
  OAuthCallback: 'The sign-in service sent an answer that cannot be trusted. Start again.',
}

const one = (value: string | readonly string[] | undefined): string | undefined => (typeof value === 'string' ? value : value?.[0])

/** Goes straight to the only provider, unless something went wrong or the person has just left (decisions.md 16). */
export default async function SignInPage({ searchParams }: Props) {
  const { error, out, callbackUrl } = await searchParams
  const code = one(error)
  const left = one(out) !== undefined
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col justify-center gap-3 p-4">
      <h1 className="text-title">Vortex</h1>
      {left && <p>You are signed out.</p>}
      {code !== undefined && (
        <p role="alert" className="text-danger">
          {WHY[code] ?? 'Signing in did not work. Start again.'}
        </p>
      )}
      <SignIn go={!left && code === undefined} to={local(one(callbackUrl))} />
    </main>
  )
}

/** Only back to a page of ours. */
const local = (address: string | undefined): string => (address !== undefined && /^\/(?![/\\])/.test(address) ? address : '/')
