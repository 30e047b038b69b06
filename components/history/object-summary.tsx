import { HEALTH_LOOK } from '#lib/kube/health-look.ts'
import { Facts } from '#components/ui/facts.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { Restricted } from '#components/ui/restricted.tsx'
import { ShownValue } from '#components/ui/shown-value.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import { UntrustedText } from '#components/ui/untrusted-text.tsx'
import { isRestricted } from '#lib/access/level.ts'
import type { ObjectView } from '#lib/history/object-view.ts'

/** How the object stands, why, and what it is about in its kind's own terms. */
export function ObjectSummary({ object }: { readonly object: Pick<ObjectView, 'health' | 'own'> }) {
  const { health, own } = object
  if (health === undefined) return null
  const { tone, word } = HEALTH_LOOK[health.is]
  return (
    <Panel title="Summary" about={<StatusMark tone={tone}>{word}</StatusMark>}>
      <p className="[overflow-wrap:anywhere]">
        <UntrustedText inline text={health.words} />{' '}
        {health.detail !== undefined && (
          <span className="text-muted">
            <ShownValue value={health.detail} />
          </span>
        )}
      </p>
      {isRestricted(own) ? (
        <p className="pt-2">
          <Restricted level={own.requiredLevel} />
        </p>
      ) : (
        own.length > 0 && (
          <div className="pt-2">
            <Facts
              rows={own.map(({ label, value }) => ({
                label,
                value: /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? <Time at={value} exact /> : <UntrustedText inline text={value} />,
              }))}
            />
          </div>
        )
      )}
    </Panel>
  )
}
