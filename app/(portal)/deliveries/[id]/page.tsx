import type { Metadata } from 'next'
import { UndoPanel } from '#components/approval/undo-offer.tsx'
import { DeliveryPage } from '#components/delivery/delivery-page.tsx'
import { LiveRefresh } from '#components/ui/live.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { getDelivery } from '#server/delivery/get.ts'
import { show } from '#server/edge/show.ts'
import { requestMergeAction } from './actions.ts'

type Props = { readonly params: Promise<{ readonly id: string }> }

export const metadata: Metadata = { title: 'Delivery' }

export default async function Page({ params }: Props) {
  const { id } = await params
  const detail = await show(getDelivery, { id })
  return (
    <>
      <LiveRefresh topics={['deliveries', `delivery:${id}`, `approval:${id}`]} />
      {detail.ok ? (
        <DeliveryPage
          detail={detail.value}
          merge={requestMergeAction}
          undo={<UndoPanel delivery={detail.value.delivery} undo={detail.value.undo} />}
        />
      ) : (
        <>
          <PageHead title="Delivery" />
          <ProblemPanel problem={detail.error} title="The delivery cannot be shown now" />
        </>
      )}
    </>
  )
}
