'use client'
import { signIn } from 'next-auth/react'
import { useEffect, useState } from 'react'
import { Button } from '#components/ui/button.tsx'

/** Starts the code flow of the configured provider. The button is for the second try. */
export function SignIn({ go, to }: { readonly go: boolean; readonly to: string }) {
  const [gone, setGone] = useState(go)
  const start = (): void => {
    setGone(true)
    void signIn('oidc', { callbackUrl: to })
  }
  useEffect(() => {
    if (go) void signIn('oidc', { callbackUrl: to })
  }, [go, to])
  return (
    <>
      {gone && <p className="text-muted">Going to the sign-in service</p>}
      <div>
        <Button kind="primary" onClick={start}>
          Sign in
        </Button>
      </div>
    </>
  )
}
