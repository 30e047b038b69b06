import { Faults } from '#components/policy/faults.tsx'
import { AppLink } from '#components/ui/app-link.tsx'
import { FieldChanges } from '#components/ui/field-changes.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { Time } from '#components/ui/time.tsx'
import { Visible } from '#components/ui/visible.tsx'
import type { Replayed } from '#lib/policy/replay.ts'
import type { PolicyCheck } from '#lib/policy/view.ts'
import { routes } from '#lib/routes.ts'

/** What a proposed policy would mean: its fields, what in it could not be met, and the past decisions that it would have changed. */
export function PolicyImpact({ check }: { readonly check: PolicyCheck }) {
  const { changes, faults, replayed, tried } = check
  return (
    <div className="flex flex-col gap-4">
      <Panel title="What changes" about={changes.length === 0 ? 'nothing in meaning' : `${changes.length} fields`}>
        {changes.length === 0 ? (
          <p className="text-muted">Comments and order may differ; the meaning is the same.</p>
        ) : (
          <FieldChanges rows={changes} />
        )}
      </Panel>
      {faults.length > 0 && (
        <Panel title="What could not be met" about={`${faults.length}`}>
          <Faults faults={faults} />
        </Panel>
      )}
      <Panel title="Past decisions under it" about={triedWords(tried, replayed.length)}>
        {replayed.length === 0 ? (
          <p className="text-muted">{tried === 0 ? 'Nothing was decided yet.' : 'Every one would have come out the same.'}</p>
        ) : (
          <ul className="flex flex-col gap-2">
            {replayed.map((one) => (
              <Past key={one.id} one={one} />
            ))}
          </ul>
        )}
      </Panel>
    </div>
  )
}

const triedWords = (tried: number, changed: number): string => `${tried} tried, ${changed} would differ`

function Past({ one }: { readonly one: Replayed }) {
  const was = one.outcome === 'Approved' ? 'was approved' : 'was denied'
  const would = one.would === 'still open' ? 'would still be open' : one.would === 'Approved' ? 'would be approved' : 'would be denied'
  return (
    <li className="[overflow-wrap:anywhere]">
      <AppLink href={routes.approval(one.id)}>{one.name}</AppLink> {was} <Time at={one.sealedAt} exact /> and{' '}
      <span className="font-medium">{would}</span>.
      {one.because.length > 0 && (
        <span className="text-muted">
          {' '}
          <Visible text={one.because.join(' ')} />
        </span>
      )}
    </li>
  )
}
