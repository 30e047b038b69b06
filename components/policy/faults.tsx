import { AppLink } from '#components/ui/app-link.tsx'
import { Code } from '#components/ui/code.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { Visible } from '#components/ui/visible.tsx'
import type { PolicyFault } from '#lib/policy/health.ts'
import type { FaultView } from '#lib/policy/view.ts'
import { routes } from '#lib/routes.ts'

/** What in a policy file can never be met or no longer can, and the open requests that it blocks. */
export function Faults({ faults }: { readonly faults: readonly (PolicyFault | FaultView)[] }) {
  return (
    <ul className="flex flex-col gap-2">
      {faults.map((fault) => (
        <li key={`${fault.field} ${fault.message}`} className="grid gap-x-3 sm:grid-cols-[7rem_minmax(0,1fr)]">
          <StatusMark tone={fault.blocks ? 'danger' : 'caution'}>{fault.blocks ? 'Blocks' : 'Weakens'}</StatusMark>
          <div className="min-w-0 [overflow-wrap:anywhere]">
            <Code>{fault.field}</Code> <Visible text={fault.message} />
            {'requests' in fault && fault.requests.length > 0 && (
              <p className="text-muted">
                Waiting for it:{' '}
                {fault.requests.map(({ id, name }, index) => (
                  <span key={id}>
                    {index > 0 && ', '}
                    <AppLink href={routes.approval(id)}>{name}</AppLink>
                  </span>
                ))}
              </p>
            )}
          </div>
        </li>
      ))}
    </ul>
  )
}
