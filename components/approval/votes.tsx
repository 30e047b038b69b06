import { voteLook } from '#components/approval/look.ts'
import { Facts } from '#components/ui/facts.tsx'
import { Note } from '#components/ui/note.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import { Visible } from '#components/ui/visible.tsx'
import type { VoteView } from '#lib/approval/view.ts'

/** Every vote with its reason, also those that no longer count. */
export function Votes({ votes }: { readonly votes: readonly VoteView[] }) {
  const counted = votes.filter((vote) => vote.state === 'counted').length
  return (
    <Panel id="votes" title="Votes" about={votes.length === 0 ? 'none yet' : `${counted} counted`}>
      {votes.length === 0 ? (
        <p className="text-muted">Nobody has voted.</p>
      ) : (
        <ul className="flex flex-col gap-3">
          {votes.map((vote) => (
            <li key={`${vote.login} ${vote.at}`}>
              <Vote vote={vote} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

/** One vote: who, what, when, and the three parts of the reason in the voter's words. */
export function Vote({ vote }: { readonly vote: VoteView }) {
  const look = voteLook(vote)
  return (
    <div className="min-w-0">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <StatusMark tone={look.tone}>
          <span className="font-mono text-code">{vote.login}</span> {look.word}
        </StatusMark>
        <span className="ms-auto text-muted">
          <Time at={vote.at} exact />
        </span>
      </div>
      <div className="mt-1 ps-5">
        {vote.cause !== undefined && (
          <div className="mb-2">
            <Note tone="caution" title={<Visible text={vote.cause} />} />
          </div>
        )}
        <Facts
          rows={[
            { label: 'Checked', value: <Visible text={vote.rationale.checked} /> },
            { label: 'Acceptable', value: <Visible text={vote.rationale.acceptable} /> },
            { label: 'Undo', value: <Visible text={vote.rationale.undo} /> },
          ]}
        />
      </div>
    </div>
  )
}
