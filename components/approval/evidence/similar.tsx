import { AppLink } from '#components/ui/app-link.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { Restricted } from '#components/ui/restricted.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import { Visible } from '#components/ui/visible.tsx'
import type { Similar as SimilarView } from '#lib/approval/evidence.ts'
import { routes } from '#lib/routes.ts'

/** Decisions on the like, most alike first, each with why it is alike. Found by rules, without a model. */
export function Similar({ similar }: { readonly similar: readonly SimilarView[] }) {
  return (
    <Panel title="Similar past decisions" about={similar.length === 0 ? 'none' : 'by rules, most alike first'}>
      {similar.length === 0 ? (
        <p className="text-muted">Nothing like it was decided here before.</p>
      ) : (
        <ul className="flex flex-col gap-3">
          {similar.map((one) => (
            <li key={one.id} className="min-w-0">
              <div className="flex flex-wrap items-baseline gap-x-3">
                <StatusMark tone={one.outcome === 'Approved' ? 'ok' : 'danger'}>
                  {one.outcome === 'Approved' ? 'Approved' : 'Denied'}
                </StatusMark>
                <AppLink href={routes.approval(one.id)}>
                  <Visible text={one.name} />
                </AppLink>
                <span className="text-muted">
                  by {one.deciders.join(', ')} <Time at={one.sealedAt} />
                </span>
              </div>
              <p className="text-muted [overflow-wrap:anywhere]">
                <Visible text={one.alike.join('; ')} />
              </p>
              {one.rationale === undefined ? (
                <Restricted level="Full" />
              ) : (
                <p className="[overflow-wrap:anywhere]">
                  <Visible text={one.rationale.acceptable} />
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
