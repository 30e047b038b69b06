import { AppLink } from '#components/ui/app-link.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { Visible } from '#components/ui/visible.tsx'
import type { Rival } from '#lib/approval/rivals.ts'
import { routes } from '#lib/routes.ts'

/** Other requests that would write the same: known before anybody decides, since only the first that is merged can be delivered. */
export function Rivals({ rivals }: { readonly rivals: readonly Rival[] }) {
  if (rivals.length === 0) return null
  return (
    <Panel title="Touches the same" about="only the first that is merged can be delivered">
      <ul className="flex flex-col gap-1">
        {rivals.map(({ requestId, name, state, why }) => (
          <li key={requestId} className="[overflow-wrap:anywhere]">
            <AppLink href={routes.approval(requestId)}>
              <Visible text={name} />
            </AppLink>{' '}
            <span className="text-muted">
              {state === 'open' ? 'is open.' : 'is approved and not merged yet.'} <Visible text={why} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
