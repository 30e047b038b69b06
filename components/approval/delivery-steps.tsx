import { STEP_LOOK } from '#lib/approval/look.ts'
import { AppLink } from '#components/ui/app-link.tsx'
import { Code } from '#components/ui/code.tsx'
import { Note } from '#components/ui/note.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { Steps } from '#components/ui/steps.tsx'
import { visibleText } from '#components/ui/visible-text.ts'
import type { DeliveryView } from '#lib/approval/view.ts'
import { routes } from '#lib/routes.ts'

/** Decided, proposed, merged, applied, admitted: with times, and whom the next step waits for. */
export function DeliverySteps({ delivery }: { readonly delivery: DeliveryView }) {
  const { steps, problem, branch, requestId } = delivery
  return (
    <Panel title="Delivery" actions={<AppLink href={routes.delivery(requestId)}>Open</AppLink>}>
      <div className="flex flex-col gap-3">
        {problem !== undefined && <Note tone="danger" title={visibleText(problem)} />}
        <Steps
          items={steps.map(({ step, state, at, text }) => ({
            name: step,
            tone: STEP_LOOK[state].tone,
            state: STEP_LOOK[state].word,
            at,
            text: visibleText(text),
          }))}
        />
        <p className="text-muted">
          Branch <Code>{branch}</Code>
        </p>
      </div>
    </Panel>
  )
}
