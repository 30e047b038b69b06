import type { Metadata } from 'next'
import { Discussion } from '#components/approval/discussion/discussion.tsx'
import { Evidence } from '#components/approval/evidence/evidence.tsx'
import { PolicyImpact } from '#components/policy/impact.tsx'
import { RequestPage } from '#components/approval/request-page.tsx'
import { SampleReview } from '#components/approval/sample-review.tsx'
import { LiveRefresh } from '#components/ui/live.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import type { FileView, RequestView } from '#lib/approval/view.ts'
import { POLICY_PATH } from '#lib/policy/policy.ts'
import { getRequest } from '#server/approval/get.ts'
import { getEvidence } from '#server/approval/evidence.ts'
import { getSample } from '#server/approval/sample.ts'
import { listThreads } from '#server/approval/thread/list.ts'
import { show } from '#server/edge/show.ts'
import { checkPolicy } from '#server/policy/check.ts'
import {
  castVoteAction,
  compareAction,
  openThreadAction,
  replyAction,
  resolveAction,
  reviewSampleAction,
  withdrawVoteAction,
} from './actions.ts'

/** What a proposed policy file would mean, for whoever decides it. */
async function ProposedPolicy({ files }: { readonly files: readonly FileView[] }) {
  const text = files.find((file) => file.path === POLICY_PATH)?.after
  const check = text === undefined ? undefined : await show(checkPolicy, { text })
  return check?.ok === true ? (
    <div className="mt-4">
      <PolicyImpact check={check.value} />
    </div>
  ) : null
}

/** What a person weighs besides the proposal; it fails alone. */
async function Weighed({ id }: { readonly id: string }) {
  const result = await show(getEvidence, { id })
  if (!result.ok) return <ProblemPanel problem={result.error} title="The evidence cannot be gathered now" />
  return <Evidence id={id} evidence={result.value} compare={compareAction} />
}

/** What is said about the request; it fails alone. */
async function Talk({ view }: { readonly view: RequestView }) {
  const result = await show(listThreads, { id: view.id })
  if (!result.ok) return <ProblemPanel problem={result.error} title="The discussion cannot be shown now" />
  return (
    <Discussion view={view} discussion={result.value} actions={{ open: openThreadAction, reply: replyAction, resolve: resolveAction }} />
  )
}

/** The later look at an automatic admission, where it was drawn. */
async function Sample({ id }: { readonly id: string }) {
  const result = await show(getSample, { id })
  return result.ok && result.value.sample !== undefined ? (
    <div className="mt-4">
      <SampleReview id={id} sample={result.value.sample} review={reviewSampleAction} />
    </div>
  ) : null
}

type Props = { readonly params: Promise<{ readonly id: string }> }

export const metadata: Metadata = { title: 'Request' }

export default async function ApprovalPage({ params }: Props) {
  const { id } = await params
  const request = await show(getRequest, { id })
  return (
    <>
      <LiveRefresh topics={['approvals', `approval:${id}`, 'deliveries']} />
      {request.ok ? (
        <>
          <RequestPage
            view={request.value}
            cast={castVoteAction}
            withdraw={withdrawVoteAction}
            evidence={<Weighed id={id} />}
            discussion={<Talk view={request.value} />}
          />
          {request.value.decision?.sealedBy === 'system' && <Sample id={id} />}
          {request.value.kind === 'policy' && request.value.state === 'open' && <ProposedPolicy files={request.value.files} />}
        </>
      ) : (
        <>
          <PageHead title="Request" />
          <ProblemPanel problem={request.error} title="The request cannot be shown now" />
        </>
      )}
    </>
  )
}
