import { Code } from '#components/ui/code.tsx'
import { Facts } from '#components/ui/facts.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { UntrustedText } from '#components/ui/untrusted-text.tsx'
import { visibleText } from '#components/ui/visible-text.ts'
import type { RequestView } from '#lib/approval/view.ts'

/** What the requester asks for and why, framed as the requester's words. */
export function RequesterWords({ view }: { readonly view: RequestView }) {
  const { interaction, justification, description, requestedBy } = view
  const who = visibleText(requestedBy)
  return (
    <Panel title="What is asked" about={`by ${who}`}>
      <div className="flex flex-col gap-3">
        {interaction.length > 0 && <Facts rows={interaction.map(({ field, value }) => ({ label: field, value: <Code>{value}</Code> }))} />}
        {description !== undefined && <UntrustedText text={description} from={who} />}
        {justification === undefined ? (
          <p className="text-muted">The requester gave no justification.</p>
        ) : (
          <UntrustedText text={justification} from={who} />
        )}
      </div>
    </Panel>
  )
}
