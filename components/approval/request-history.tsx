import { Digest } from '#components/ui/digest.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { StepKeys } from '#components/ui/step-keys.tsx'
import { Tag } from '#components/ui/tag.tsx'
import { Timeline } from '#components/ui/timeline.tsx'
import { Visible } from '#components/ui/visible.tsx'
import type { RequestView } from '#lib/approval/view.ts'

/** What happened to the request and both parties, with the reason in full. */
export function RequestHistory({ history }: { readonly history: RequestView['history'] }) {
  return (
    <Panel id="history" title="History" about={`${history.length} ${history.length === 1 ? 'entry' : 'entries'}`}>
      {history.length === 0 ? (
        <p className="text-muted">Nothing is recorded about this request yet.</p>
      ) : (
        <>
          <StepKeys />
          <Timeline
            label="History of the request"
            items={history.map(({ at, who, what, why, source, commit }, index) => ({
              id: `entry-${index}`,
              tone: 'off',
              at,
              title: (
                <>
                  <span className="font-mono text-code">
                    <Visible text={who} />
                  </span>{' '}
                  <Visible text={what} />
                </>
              ),
              ...(why !== undefined && { body: <Visible text={why} /> }),
              meta: (
                <span className="flex items-center gap-2">
                  <Tag>{source}</Tag>
                  {commit !== undefined && <Digest value={commit} />}
                </span>
              ),
            }))}
          />
        </>
      )}
    </Panel>
  )
}
