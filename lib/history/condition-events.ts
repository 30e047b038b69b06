import type { HistoryEvent } from '#lib/history/event.ts'
import { conditionsOf, type Condition, type KubeObject, saidBy } from '#lib/kube/object.ts'
import { refKey, refOf } from '#lib/kube/ref.ts'
import { polarityOf } from '#lib/kube/summary/polarity.ts'
import type { Tone } from '#lib/status.ts'

/** For types that the catalogue does not have: words that are bad news when True. */
const BAD_WHEN_TRUE =
  /(Degraded|Failed|Failure|Stale|Drift|Diverged|Pending|Blocked|Violation|Expired|Suspended|Stalled|Conflict|Error|Pressure)/i

/** How a condition is marked: by the catalogue's polarity (kinds.md 7), for others by what their type says. */
export function conditionTone({ type, status }: Pick<Condition, 'type' | 'status'>): Tone {
  if (status === 'Unknown') return 'unknown'
  const polarity = polarityOf(type)
  if (polarity === 'neutral') return (status === 'True') === BAD_WHEN_TRUE.test(type) ? 'caution' : 'ok'
  if (polarity === 'good') return status === 'True' ? 'ok' : 'caution'
  if (status !== 'True') return 'ok'
  return polarity === 'progress' ? 'working' : polarity
}

/** The last transition of each live condition. Earlier transitions were overwritten in the cluster, so they are not known here. */
export function conditionEvents(cluster: string, object: KubeObject): readonly HistoryEvent[] {
  const ref = refOf(cluster, object)
  const status = object.metadata.managedFields?.filter(({ subresource }) => subresource === 'status').at(-1)?.manager
  return conditionsOf(object).flatMap((condition): readonly HistoryEvent[] => {
    const at = new Date(saidBy(condition, 'lastTransitionTime'))
    if (Number.isNaN(at.getTime())) return []
    // Conditions of the API server's own kinds often say neither.
    const reason = saidBy(condition, 'reason')
    const message = saidBy(condition, 'message')
    return [
      {
        id: `condition-${refKey(ref)}-${condition.type}`,
        at: at.toISOString(),
        source: 'Cluster',
        changeType: /binding|stability/i.test(condition.type) ? 'binding-state' : 'operator-event',
        tone: conditionTone(condition),
        who: status ?? 'the controller of this kind',
        what: `${condition.type} became ${condition.status}${reason && `, ${reason}`}${message && `: ${message}`}`,
        why: undefined,
        commit: undefined,
        audit: undefined,
        fields: [],
        subjects: [{ text: `${ref.kind}/${ref.name}`, ref }],
        request: undefined,
        ledgerSeq: undefined,
        derived: undefined,
      },
    ]
  })
}
