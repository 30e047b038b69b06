import { conditionTone } from '#components/profile/look.ts'
import { Empty } from '#components/ui/empty.tsx'
import { ShownValue } from '#components/ui/shown-value.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import { UntrustedText } from '#components/ui/untrusted-text.tsx'
import type { ConditionRow } from '#lib/profile/view.ts'

/** Conditions as the object carries them. None is "not evaluated yet", never False (kinds.md 2.1). */
export function Conditions({ rows }: { readonly rows: readonly ConditionRow[] }) {
  if (rows.length === 0) return <Empty title="Not evaluated yet.">The operator writes its conditions here.</Empty>
  return (
    <ul>
      {rows.map((row) => (
        <li key={row.type} className="border-b border-line px-3 py-1.5 last:border-b-0">
          <div className="flex flex-wrap items-baseline gap-x-2">
            <StatusMark tone={conditionTone(row)}>
              <UntrustedText inline text={row.type} />
            </StatusMark>
            <span className="text-muted">
              {row.status} · <UntrustedText inline text={row.reason} />
            </span>
            <span className="min-w-0 text-muted [overflow-wrap:anywhere]">
              <ShownValue value={row.message} />
            </span>
            <span className="ms-auto text-muted">
              <Time at={row.at} />
            </span>
          </div>
        </li>
      ))}
    </ul>
  )
}
