'use client'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState, useTransition } from 'react'
import { ConflictPanel } from '#components/approval/conflict-panel.tsx'
import type { Cast, Withdraw } from '#components/approval/decide.ts'
import { OwnVote } from '#components/approval/own-vote.tsx'
import { Sealed } from '#components/approval/sealed.tsx'
import { UndoOffer } from '#components/approval/undo-offer.tsx'
import { NOT_COUNTED, VoteForm } from '#components/approval/vote-form.tsx'
import { useAnnounce } from '#components/ui/announce.tsx'
import { Note } from '#components/ui/note.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import type { RequestView } from '#lib/approval/view.ts'
import type { Problem } from '#lib/error.ts'

type Props = { readonly view: RequestView; readonly cast: Cast; readonly withdraw: Withdraw }

/** Where a person decides. What was seen when the page opened is kept, so that a later change is noticed and shown. */
export function DecisionPanel({ view, cast, withdraw }: Props) {
  const [opened, setOpened] = useState(view)
  const [said, setSaid] = useState<{ readonly text: string }>()
  // Held here and not in the form: the refusal of a vote often comes with a view that has no form any more.
  const [problem, setProblem] = useState<Problem>()
  const [, start] = useTransition()
  const router = useRouter()
  const announce = useAnnounce()
  const result = useRef<HTMLDivElement>(null)

  const seen = opened.digest === undefined ? view : opened
  const unread = view.digest !== undefined && view.digest !== seen.digest
  const refresh = (): void => start(() => router.refresh())
  const done = (text: string): void => {
    setSaid({ text })
    setProblem(undefined)
    announce(text)
    refresh()
  }
  useEffect(() => {
    if (said) result.current?.focus()
  }, [said])

  const read = (): void => {
    setOpened(view)
    setProblem(undefined)
  }
  const own = view.yourVote?.state === 'counted' ? view.yourVote : undefined
  const open = view.state === 'open'
  const left = view.conditions.filter((condition) => condition.state !== 'satisfied').length
  return (
    <Panel
      title={view.decision ? 'Decision' : 'Decide'}
      id="decide"
      about={
        open &&
        (left === 0 ? (
          'all conditions met'
        ) : (
          <a href="#conditions" className="text-accent underline underline-offset-2">{`${left} unmet`}</a>
        ))
      }
    >
      <div className="flex flex-col gap-3">
        {said && (
          <div ref={result} tabIndex={-1} className="rounded-control">
            <StatusMark soft tone="ok">
              {said.text}
            </StatusMark>
          </div>
        )}
        {problem && (!open || own) && <ProblemPanel problem={problem} title={NOT_COUNTED} />}
        {view.decision && <Sealed decision={view.decision} />}
        {canBeAsked(view) && <UndoOffer id={view.id} undo={view.undo} />}
        {view.state === 'withdrawn' && (
          <Note tone="off" title="Withdrawn">
            <p>The request was removed before a decision. It is kept here as history.</p>
          </Note>
        )}
        {open && own && (
          <OwnVote
            id={view.id}
            vote={own}
            permit={view.may.withdraw}
            withdraw={withdraw}
            onWithdrawn={() => done('Your vote is withdrawn.')}
          />
        )}
        {open && !own && (
          <>
            {unread && <ConflictPanel seen={seen} now={view} onRead={read} />}
            {view.yourVote?.state === 'lapsed' && (
              <Note tone="caution" title="Your vote has lapsed">
                <p>{view.yourVote.cause ?? 'The meaning of the request changed.'} It is your turn again.</p>
              </Note>
            )}
            <VoteForm
              key={seen.digest}
              seen={seen}
              now={view}
              unread={unread}
              cast={cast}
              problem={problem}
              onProblem={setProblem}
              onCast={(verdict) => done(verdict === 'approve' ? 'Your approval is recorded.' : 'Your denial is recorded.')}
              onConflict={refresh}
            />
          </>
        )}
      </div>
    </Panel>
  )
}

/** Undoing is a matter of approvals that main has; of others there is nothing to say. An undo is the last word. */
const canBeAsked = ({ kind, decision, delivery }: RequestView): boolean =>
  kind !== 'undo' && decision?.outcome === 'Approved' && delivery?.mergeCommit !== undefined
