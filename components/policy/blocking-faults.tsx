import { AppLink } from '#components/ui/app-link.tsx'
import { Note } from '#components/ui/note.tsx'
import type { FaultView } from '#lib/policy/view.ts'
import { routes } from '#lib/routes.ts'

/** Says above the inbox that the policy file keeps open requests from ever being approved; nothing where it does not. */
export function BlockingFaults({ faults }: { readonly faults: readonly FaultView[] }) {
  const blocked = new Set(faults.flatMap((fault) => (fault.blocks ? fault.requests.map(({ id }) => id) : [])))
  if (blocked.size === 0) return null
  return (
    <div className="mb-3">
      <Note
        tone="danger"
        title={`The policy file keeps ${blocked.size} open ${blocked.size === 1 ? 'request' : 'requests'} from being approved`}
      >
        <p>
          It asks for more people than it names. <AppLink href={routes.policy()}>See what cannot be met</AppLink>
        </p>
      </Note>
    </div>
  )
}
