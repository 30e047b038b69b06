import type { ReactNode } from 'react'
import { Assessment } from '#components/approval/assessment.tsx'
import { Conditions } from '#components/approval/conditions.tsx'
import { Contributors } from '#components/approval/contributors.tsx'
import { DecisionPanel } from '#components/approval/decision-panel.tsx'
import type { Cast, Withdraw } from '#components/approval/decide.ts'
import { DeliverySteps } from '#components/approval/delivery-steps.tsx'
import { STATE_LOOK } from '#components/approval/look.ts'
import { KIND_WORD } from '#lib/approval/look.ts'
import { MiniGraph } from '#components/approval/mini-graph.tsx'
import { Parties } from '#components/approval/parties.tsx'
import { Proposal } from '#components/approval/proposal.tsx'
import { RequestHistory } from '#components/approval/request-history.tsx'
import { RequesterWords } from '#components/approval/requester-words.tsx'
import { RiskPanel } from '#components/approval/risk-panel.tsx'
import { Rivals } from '#components/approval/rivals.tsx'
import { UndoLinks } from '#components/approval/undo-offer.tsx'
import { Votes } from '#components/approval/votes.tsx'
import { AppLink } from '#components/ui/app-link.tsx'
import { Code } from '#components/ui/code.tsx'
import { Columns } from '#components/ui/columns.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import { Visible } from '#components/ui/visible.tsx'
import type { RequestView } from '#lib/approval/view.ts'
import { routes } from '#lib/routes.ts'

type Props = {
  readonly view: RequestView
  readonly cast: Cast
  readonly withdraw: Withdraw
  /** What else a person weighs, below the picture. */
  readonly evidence?: ReactNode
  /** What is said about it, below the conditions. */
  readonly discussion?: ReactNode
}

/** One request on one page, in the order a person weighs it (product.md, main road 2). */
export function RequestPage({ view, cast, withdraw, evidence, discussion }: Props) {
  const look = STATE_LOOK[view.state]
  return (
    <>
      <PageHead
        title={
          <>
            {view.undo.undoes && 'Undo '}
            <span className="font-mono">
              <Visible text={view.name} />
            </span>
          </>
        }
        about={KIND_WORD[view.kind]}
        actions={
          <>
            <StatusMark soft tone={look.tone}>
              {look.word}
            </StatusMark>
            <AppLink href={routes.object(view.ref)}>Open the object</AppLink>
          </>
        }
      />
      <Columns
        aside={
          <>
            <DecisionPanel key={view.id} view={view} cast={cast} withdraw={withdraw} />
            {view.delivery && <DeliverySteps delivery={view.delivery} />}
          </>
        }
      >
        <Sentence view={view} />
        <UndoLinks undo={view.undo} />
        <Rivals rivals={view.rivals} />
        <Parties parties={view.parties} />
        <RiskPanel risk={view.risk} />
        <RequesterWords view={view} />
        <Proposal files={view.files} digest={view.digest} digestProblem={view.digestProblem} />
        <Assessment assessment={view.assessment} />
        {view.graph.nodes.length > 0 && <MiniGraph graph={view.graph} />}
        {evidence}
        <RequestHistory history={view.history} />
        <Votes votes={view.votes} />
        <Conditions conditions={view.conditions} />
        {discussion}
        <Contributors contributors={view.contributors} />
        <Freshness view={view} />
      </Columns>
    </>
  )
}

function Sentence({ view }: { readonly view: RequestView }) {
  return (
    <div>
      <p className="max-w-[72ch] text-title font-semibold [overflow-wrap:anywhere]">
        <Visible text={view.sentence} />
      </p>
      <p className="text-muted">
        Asked by <Visible text={view.requestedBy} /> <Time at={view.createdAt} />
        {view.decideBy !== undefined && view.state === 'open' && (
          <>
            , to decide <Time at={view.decideBy} due />
          </>
        )}
        {view.phase !== undefined && (
          <>
            , phase <Code>{view.phase}</Code> in the cluster
          </>
        )}
        <a href="#decide" className="ms-3 text-accent underline underline-offset-2 wide:hidden">
          To the decision
        </a>
      </p>
    </div>
  )
}

function Freshness({ view }: { readonly view: RequestView }) {
  const { evaluatedAt } = view.risk
  return (
    <p className="text-muted">
      {evaluatedAt === undefined ? (
        'Not evaluated yet'
      ) : (
        <>
          Evaluated <Time at={evaluatedAt} exact />
        </>
      )}
      {view.policyVersion !== undefined && (
        <>
          {' '}
          · policy version <Code>{view.policyVersion.slice(0, 12)}</Code>
        </>
      )}{' '}
      · ages of the sources stand at the top of the page
    </p>
  )
}
