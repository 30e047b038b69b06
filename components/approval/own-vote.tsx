'use client'
import { useState, useTransition } from 'react'
import { LOST, type Withdraw } from '#components/approval/decide.ts'
import { refusalWords } from '#components/approval/permit-words.ts'
import { useDecidingClosed } from '#components/approval/use-deciding-closed.ts'
import { Vote } from '#components/approval/votes.tsx'
import { Button } from '#components/ui/button.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import type { Permit, VoteView } from '#lib/approval/view.ts'
import type { Problem } from '#lib/error.ts'

type Props = {
  readonly id: string
  readonly vote: VoteView
  readonly permit: Permit
  readonly withdraw: Withdraw
  readonly onWithdrawn: () => void
}

/** Your vote, and the way back until the decision is sealed. */
export function OwnVote({ id, vote, permit, withdraw, onWithdrawn }: Props) {
  const [problem, setProblem] = useState<Problem>()
  const [pending, start] = useTransition()
  const closed = useDecidingClosed()
  const takeBack = (): void =>
    start(async () => {
      const result = await withdraw({ id }).catch(() => ({ ok: false as const, error: LOST }))
      if (result.ok) onWithdrawn()
      else setProblem(result.error)
    })
  return (
    <div className="flex flex-col gap-3">
      <Vote vote={vote} />
      {problem && <ProblemPanel problem={problem} title="The vote stands" onRetry={takeBack} />}
      <Button blocked={refusalWords(permit) ?? closed} pending={pending} onClick={takeBack}>
        Withdraw your vote
      </Button>
    </div>
  )
}
