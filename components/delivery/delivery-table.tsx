import { OUTCOME_LOOK, standingLook } from '#components/delivery/look.ts'
import { KIND_WORD, STEP_LOOK } from '#lib/approval/look.ts'
import { DataTable } from '#components/ui/data-table.tsx'
import { Empty } from '#components/ui/empty.tsx'
import { Mark } from '#components/ui/mark.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import { UntrustedText } from '#components/ui/untrusted-text.tsx'
import { visibleText } from '#components/ui/visible-text.ts'
import type { DeliveryLine } from '#lib/delivery/view.ts'
import { routes } from '#lib/routes.ts'

const COLUMNS = [
  { key: 'state', title: 'Stands at', width: '9rem' },
  { key: 'name', title: 'Request', mono: true },
  { key: 'outcome', title: 'Decision', width: '7rem' },
  { key: 'kind', title: 'Kind', width: '7rem', from: 'lg' },
  { key: 'steps', title: 'Steps', width: '8rem', from: 'md' },
  { key: 'waits', title: 'Waits for' },
  { key: 'sealed', title: 'Decided', align: 'end', width: '7rem' },
] as const

/** Sealed decisions and whom each waits for. */
export function DeliveryTable({ lines }: { readonly lines: readonly DeliveryLine[] }) {
  return (
    <DataTable
      label="Deliveries"
      columns={COLUMNS}
      primary="name"
      empty={
        <Empty title="Nothing is on its way." href={routes.approvals()} action="See what waits for a decision">
          A sealed decision appears here by itself and is followed to Git and to the cluster.
        </Empty>
      }
      rows={lines.map((line) => {
        const now = standingLook(line.steps)
        const outcome = OUTCOME_LOOK[line.outcome]
        return {
          id: line.requestId,
          href: routes.delivery(line.requestId),
          quiet: !now.open,
          cells: {
            state: <StatusMark tone={now.tone}>{now.word}</StatusMark>,
            name: <UntrustedText inline text={line.name} />,
            outcome: <StatusMark tone={outcome.tone}>{outcome.word}</StatusMark>,
            kind: KIND_WORD[line.kind],
            steps: <StepMarks steps={line.steps} />,
            waits: <span className="line-clamp-2 [overflow-wrap:anywhere]">{visibleText(now.text)}</span>,
            sealed: <Time at={line.sealedAt} />,
          },
        }
      })}
    />
  )
}

/** One mark per step; the words are for those who hear the page, the shapes for those who see it. */
function StepMarks({ steps }: Pick<DeliveryLine, 'steps'>) {
  return (
    <span className="inline-flex gap-1" title={steps.map(({ step, state }) => `${step}: ${STEP_LOOK[state].word}`).join(', ')}>
      {steps.map(({ step, state }) => (
        <span key={step} className="inline-flex">
          <Mark tone={STEP_LOOK[state].tone} />
          <span className="sr-only">
            {step} {STEP_LOOK[state].word}.
          </span>
        </span>
      ))}
    </span>
  )
}
