import type { Metadata } from 'next'
import { BlockingFaults } from '#components/policy/blocking-faults.tsx'
import { QueueView } from '#components/approval/queue-view.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { readQueueAddress } from '#lib/approval/queue-address.ts'
import { listRequests } from '#server/approval/list.ts'
import { show } from '#server/edge/show.ts'
import { getPolicyFaults } from '#server/policy/get.ts'

type Props = { readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>> }

export const metadata: Metadata = { title: 'Approvals' }

export default async function ApprovalsPage({ searchParams }: Props) {
  const address = readQueueAddress(await searchParams)
  const [queue, faults] = await Promise.all([show(listRequests, address), show(getPolicyFaults, {})])
  if (!queue.ok)
    return (
      <>
        <PageHead title="Approvals" />
        <ProblemPanel problem={queue.error} title="The requests cannot be listed now" />
      </>
    )
  const { yours, others } = queue.value.counts
  return (
    <>
      <PageHead
        title="Approvals"
        about={`${yours} ${yours === 1 ? 'waits' : 'wait'} for you, ${others} ${others === 1 ? 'waits' : 'wait'} on others`}
      />
      {faults.ok && <BlockingFaults faults={faults.value} />}
      <QueueView key={address.view} address={address} initial={queue.value} />
    </>
  )
}
