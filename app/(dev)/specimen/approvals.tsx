import { DecisionPanel } from '#components/approval/decision-panel.tsx'
import { QueueView } from '#components/approval/queue-view.tsx'
import { RequestPage } from '#components/approval/request-page.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { refuseCast } from './actions.ts'
import { ChangingDecision } from './changing-decision.tsx'
import { queue, refusedRequest, request, sealedRequest, votedRequest } from './fixtures.ts'

/** The approvals pages and the decision panel in all its states. */
export function Approvals({ part }: { readonly part: string }) {
  if (part === 'queue')
    return (
      <>
        <PageHead title="Approvals" about="2 wait for you, 1 waits on others" />
        <QueueView turn="yours" initial={queue} />
      </>
    )
  if (part === 'empty')
    return (
      <>
        <PageHead title="Approvals" about="0 wait for you" />
        <QueueView turn="yours" initial={{ ...queue, rows: [], counts: { yours: 0, others: 0, decided: 0 } }} />
      </>
    )
  if (part === 'sealed') return <RequestPage view={sealedRequest} cast={refuseCast} withdraw={refuseCast} />
  if (part === 'decide')
    return (
      <>
        <PageHead title="Decision panel" about="refused, voted, changed, withdrawn" />
        <div className="grid items-start gap-4 sm:grid-cols-[repeat(auto-fill,320px)]">
          <DecisionPanel view={{ ...refusedRequest, id: 'a' }} cast={refuseCast} withdraw={refuseCast} />
          <DecisionPanel view={{ ...votedRequest, id: 'b' }} cast={refuseCast} withdraw={refuseCast} />
          <ChangingDecision />
          <DecisionPanel view={{ ...request, id: 'd', state: 'withdrawn' }} cast={refuseCast} withdraw={refuseCast} />
        </div>
      </>
    )
  return <RequestPage view={request} cast={refuseCast} withdraw={refuseCast} />
}
