'use client'
import { useRouter } from 'next/navigation'
import { useTransition } from 'react'
import { Button } from '#components/ui/button.tsx'
import { Mark } from '#components/ui/mark.tsx'
import type { Problem } from '#lib/error.ts'

type Props = { readonly problem: Problem; readonly title?: string; readonly onRetry?: () => void }

const RETRY = new Set<Problem['code']>(['unavailable', 'malformed', 'internal', 'conflict'])

/** What is not possible now, the number to quote, and the way on. The rest of the page goes on. */
export function ProblemPanel({ problem, title, onRetry }: Props) {
  const router = useRouter()
  const [pending, start] = useTransition()
  const tone = problem.code === 'forbidden' ? 'restricted' : 'danger'
  return (
    <section role="alert" data-tone={tone} className="flex min-w-0 gap-2 rounded-control border border-tone bg-surface px-3 py-2">
      <span className="flex h-5 items-center">
        <Mark tone={tone} />
      </span>
      <div className="min-w-0 max-w-[72ch] [overflow-wrap:anywhere]">
        {title !== undefined && <p className="font-medium">{title}</p>}
        <p>{problem.message}</p>
        {problem.fields.length > 0 && (
          <ul className="mt-1 list-disc ps-4">
            {problem.fields.map(({ field, message }) => (
              <li key={`${field} ${message}`}>
                {field}: {message}
              </li>
            ))}
          </ul>
        )}
        <p className="text-muted">Number to quote: {problem.ref}</p>
        {RETRY.has(problem.code) && (
          <div className="mt-2">
            <Button pending={pending} onClick={() => (onRetry ? onRetry() : start(() => router.refresh()))}>
              Try again
            </Button>
          </div>
        )}
      </div>
    </section>
  )
}
