import type { ReactNode } from 'react'
import { DecisionPanel } from '#components/approval/decision-panel.tsx'
import { QueueView } from '#components/approval/queue-view.tsx'
import { RequestPage } from '#components/approval/request-page.tsx'
import { Columns } from '#components/ui/columns.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { refuseCast } from './actions.ts'
import { ChangingDecision } from './changing-decision.tsx'
import { changed, queue, refusedRequest, request, sealedRequest, votedRequest } from './fixtures.ts'

/** The approvals pages and the decision panel in all its states. */
export function Approvals({ part }: { readonly part: string }) {
  if (part === 'queue')
    return (
      <>
        <PageHead title="Approvals" about="2 wait for you, 1 waits on others" />
        <QueueView address={{ view: 'yours' }} initial={queue} />
      </>
    )
  if (part === 'empty')
    return (
      <>
        <PageHead title="Approvals" about="0 wait for you" />
        <QueueView
          address={{ view: 'yours' }}
          initial={{ ...queue, rows: [], matching: 0, counts: { yours: 0, others: 0, decided: 0, expired: 0, automatic: 0 } }}
        />
      </>
    )
  if (part === 'sealed') return <RequestPage view={sealedRequest} cast={refuseCast} withdraw={refuseCast} />
  const panel = decide(part)
  if (panel)
    return (
      <>
        <PageHead title="Decision panel" about={part} />
        <Columns aside={panel}>
          <p className="text-muted">The panel at the right, or below on a narrow screen.</p>
        </Columns>
      </>
    )
  return <RequestPage view={request} cast={refuseCast} withdraw={refuseCast} />
}

function decide(part: string): ReactNode {
  switch (part) {
    case 'refused':
      return <DecisionPanel view={refusedRequest} cast={refuseCast} withdraw={refuseCast} />
    case 'voted':
      return <DecisionPanel view={votedRequest} cast={refuseCast} withdraw={refuseCast} />
    case 'changed':
      return <ChangingDecision before={request} after={changed} />
    case 'withdrawn':
      return <DecisionPanel view={{ ...request, state: 'withdrawn' }} cast={refuseCast} withdraw={refuseCast} />
    default:
      return undefined
  }
}
