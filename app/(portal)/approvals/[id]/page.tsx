import type { Metadata } from 'next'
import { RequestPage } from '#components/approval/request-page.tsx'
import { LiveRefresh } from '#components/ui/live.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { getRequest } from '#server/approval/get.ts'
import { show } from '#server/edge/show.ts'
import { castVoteAction, withdrawVoteAction } from './actions.ts'

type Props = { readonly params: Promise<{ readonly id: string }> }

export const metadata: Metadata = { title: 'Request' }

export default async function ApprovalPage({ params }: Props) {
  const { id } = await params
  const request = await show(getRequest, { id })
  return (
    <>
      <LiveRefresh topics={['approvals', `approval:${id}`, 'deliveries']} />
      {request.ok ? (
        <RequestPage view={request.value} cast={castVoteAction} withdraw={withdrawVoteAction} />
      ) : (
        <>
          <PageHead title="Request" />
          <ProblemPanel problem={request.error} title="The request cannot be shown now" />
        </>
      )}
    </>
  )
}
