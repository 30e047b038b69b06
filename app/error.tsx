'use client'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'

type Props = { readonly error: Error & { readonly digest?: string }; readonly reset: () => void }

/** The last net. What was thrown is in the log under the number. */
export default function ErrorPage({ error, reset }: Props) {
  return (
    <div className="p-4">
      <h1 className="mb-3 text-title">This page broke</h1>
      <ProblemPanel
        problem={{
          code: 'internal',
          message: 'Something broke on our side. Nothing was decided.',
          ref: error.digest ?? 'browser',
          fields: [],
        }}
        onRetry={reset}
      />
    </div>
  )
}
