'use client'
import { useRef, useState, useTransition } from 'react'
import { useAnnounce } from '#components/ui/announce.tsx'
import { Button } from '#components/ui/button.tsx'
import { useClosed } from '#components/ui/live.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import type { Permit } from '#lib/approval/view.ts'
import type { Problem } from '#lib/error.ts'
import type { Result } from '#lib/result.ts'

type Props = {
  readonly id: string
  readonly commit: string | undefined
  readonly may: Permit
  readonly merge: (input: unknown) => Promise<Result<unknown, Problem>>
}

const LOST: Problem = {
  code: 'unavailable',
  message: 'The answer did not arrive. Look at the steps before trying again.',
  ref: 'network',
  fields: [],
}

/** Merging is a person's act. The button names the commit it merges, and says why not where it cannot. */
export function MergeButton({ id, commit, may, merge }: Props) {
  const [problem, setProblem] = useState<Problem>()
  const [asked, setAsked] = useState(false)
  const [pending, start] = useTransition()
  const result = useRef<HTMLParagraphElement>(null)
  const announce = useAnnounce()
  const closed = useClosed()

  const send = (): void =>
    start(async () => {
      setProblem(undefined)
      const answer = await merge({ id }).catch((): Result<unknown, Problem> => ({ ok: false, error: LOST }))
      if (answer.ok) {
        setAsked(true)
        announce('The merge is asked for. Delivery goes on by itself.', 'ok')
        result.current?.focus()
      } else setProblem(answer.error)
    })

  return (
    <div className="flex flex-col gap-2">
      <Button kind="primary" pending={pending} blocked={may.allowed ? closed : refusal(may)} onClick={send}>
        Merge <span className="font-mono text-code">{commit?.slice(0, 8) ?? 'the proposal'}</span>
      </Button>
      <p ref={result} tabIndex={-1} className="text-muted outline-none">
        {asked ? 'Asked for. The step changes when the repository has it.' : may.allowed ? may.reason : ''}
      </p>
      {problem && <ProblemPanel problem={problem} title="Nothing was merged" onRetry={send} />}
    </div>
  )
}

const names = new Intl.ListFormat('en', { style: 'long', type: 'conjunction' })

const refusal = ({ reason, who }: Permit): string =>
  who.length === 0 ? reason : `${reason.replace(/\.?$/, '.')} These people can: ${names.format(who)}.`
