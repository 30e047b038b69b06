import type { DiscussActions } from '#components/approval/discussion/actions.ts'
import { NewThread } from '#components/approval/discussion/new-thread.tsx'
import { Thread } from '#components/approval/discussion/thread.tsx'
import { Panel } from '#components/ui/panel.tsx'
import type { RequestView } from '#lib/approval/view.ts'
import type { Discussion as DiscussionView } from '#lib/thread/view.ts'

type Props = { readonly view: RequestView; readonly discussion: DiscussionView; readonly actions: DiscussActions }

/** Questions and remarks about a request, open ones first. A blocking one closes approving until it is resolved. */
export function Discussion({ view, discussion, actions }: Props) {
  const { threads, may } = discussion
  const open = threads.filter((thread) => thread.resolved === undefined)
  const closed = threads.filter((thread) => thread.resolved !== undefined)
  return (
    <Panel
      id="discussion"
      title="Discussion"
      about={threads.length === 0 ? 'nothing was asked' : `${open.length} open, ${closed.length} resolved`}
    >
      <div className="flex flex-col gap-3">
        {[...open, ...closed].map((thread) => (
          <Thread key={thread.id} thread={thread} actions={actions} />
        ))}
        <NewThread id={view.id} anchors={anchorsOf(view)} may={may} actions={actions} />
      </div>
    </Panel>
  )
}

/** What can be talked about: the whole, what is unmet, what changes. */
function anchorsOf(view: RequestView): readonly string[] {
  const conditions = view.conditions.filter((condition) => condition.state !== 'satisfied').map(({ id }) => `condition:${id}`)
  const fields = view.interaction.map(({ field }) => `field:spec.interaction.${field}`)
  const files = view.files.map(({ path }) => `file:${path}`)
  return ['request', ...conditions, ...fields, ...files]
}
