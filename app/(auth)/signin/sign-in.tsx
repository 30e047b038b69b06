'use client'
import { useEffect, useState } from 'react'
import { Button } from '#components/ui/button.tsx'
import { postForm } from '#components/ui/post-form.ts'

const ACTION = '/api/auth/signin/oidc'

/** Starts the code flow of the configured provider. The button is for the second try. */
export function SignIn({ go, to }: { readonly go: boolean; readonly to: string }) {
  const [state, setState] = useState<'here' | 'gone' | 'failed'>(go ? 'gone' : 'here')
  useEffect(() => {
    if (!go) return
    const abort = new AbortController()
    postForm(ACTION, { callbackUrl: to }, abort.signal).catch(() => {
      if (!abort.signal.aborted) setState('failed')
    })
    return () => abort.abort()
  }, [go, to])
  const start = (): void => {
    setState('gone')
    postForm(ACTION, { callbackUrl: to }).catch(() => setState('failed'))
  }
  return (
    <>
      {state === 'gone' && <p className="text-muted">Going to the sign-in service</p>}
      {state === 'failed' && (
        <p role="alert" className="text-danger">
          The portal did not answer. Try again.
        </p>
      )}
      <div>
        <Button kind="primary" onClick={start}>
          Sign in
        </Button>
      </div>
    </>
  )
}
