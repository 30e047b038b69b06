import type { Metadata } from 'next'
import { UndoPage } from '#components/approval/undo-page.tsx'
import { LiveRefresh } from '#components/ui/live.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { getUndo } from '#server/approval/undo.ts'
import { show } from '#server/edge/show.ts'
import { sendUndoAction } from './actions.ts'

type Props = { readonly params: Promise<{ readonly id: string }> }

export const metadata: Metadata = { title: 'Undo' }

export default async function UndoRequestPage({ params }: Props) {
  const { id } = await params
  const undo = await show(getUndo, { id })
  return (
    <>
      <LiveRefresh topics={[`approval:${id}`, 'deliveries']} />
      {undo.ok ? (
        <UndoPage view={undo.value} send={sendUndoAction} />
      ) : (
        <>
          <PageHead title="Undo" />
          <ProblemPanel problem={undo.error} title="What an undo would change cannot be shown now" />
        </>
      )}
    </>
  )
}
