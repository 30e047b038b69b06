import { HEALTH_LOOK } from '#lib/kube/health-look.ts'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { HEALTHS } from '#lib/kube/summary/reading.ts'
import type { KindLine } from '#lib/resource/view.ts'

/** How many stand how, worst first; what there is none of takes no room. */
export function HealthCounts({ health }: Pick<KindLine, 'health'>) {
  return (
    <span className="inline-flex flex-wrap gap-x-3">
      {HEALTHS.filter((each) => health[each] > 0).map((each) => (
        <StatusMark key={each} tone={HEALTH_LOOK[each].tone}>
          {health[each]} <span className="max-sm:sr-only">{HEALTH_LOOK[each].word.toLowerCase()}</span>
        </StatusMark>
      ))}
    </span>
  )
}
