import { ScrollText } from '#components/history/scroll-text.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { Restricted } from '#components/ui/restricted.tsx'
import { Time } from '#components/ui/time.tsx'
import { UntrustedText } from '#components/ui/untrusted-text.tsx'
import { isRestricted } from '#lib/access/level.ts'
import type { ObjectView } from '#lib/history/object-view.ts'

/** The document as served, without the API server's own bookkeeping; who manages its fields is folded behind a count. */
export function ObjectDocument({ yaml, managers }: Pick<ObjectView, 'yaml' | 'managers'>) {
  return (
    <Panel title="Document" flush>
      {yaml === undefined && <p className="p-3 text-muted">There is no document in the cluster now.</p>}
      {isRestricted(yaml) && (
        <p className="p-3">
          <Restricted level={yaml.requiredLevel} />
        </p>
      )}
      {typeof yaml === 'string' && <ScrollText label="Document as YAML" text={yaml} />}
      {managers.length > 0 && (
        <details className="border-t border-line px-3 py-2">
          <summary className="min-h-6 cursor-pointer text-muted">Managed fields of {managers.length} writers are folded</summary>
          <ul className="pt-1">
            {managers.map(({ manager, what, at }) => (
              <li key={`${manager} ${what} ${at ?? ''}`} className="flex flex-wrap gap-x-3">
                <UntrustedText inline text={manager} />
                <span className="text-muted">{what}</span>
                {at !== undefined && (
                  <span className="ms-auto text-muted">
                    <Time at={at} exact />
                  </span>
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Panel>
  )
}
