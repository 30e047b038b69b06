import { Code } from '#components/ui/code.tsx'
import { Panel } from '#components/ui/panel.tsx'
import type { Edge, Effect as EffectView } from '#lib/approval/evidence.ts'

const NAMES_MAX = 12

/** What an admission would change, before and after, computed from the declared objects. */
export function Effect({ effect }: { readonly effect: EffectView }) {
  const { adds, edges, reaching, grants } = effect
  return (
    <Panel title="Before and after" about="Computed from the declared relationships and profiles">
      <dl className="grid gap-x-4 gap-y-3 sm:grid-cols-[9rem_minmax(0,1fr)]">
        <Row term="Relationships">
          <p>
            {edges.length} of both parties today, {edges.length + 1} after.
          </p>
          <ul className="flex flex-col">
            <li>
              <ins className="rounded-mark bg-ins-soft px-1 no-underline">
                <span className="sr-only">Added: </span>
                <EdgeWords edge={adds} />
              </ins>
            </li>
            {edges.slice(0, NAMES_MAX).map((edge) => (
              <li key={`${edge.from} ${edge.type} ${edge.to}`} className="px-1">
                <EdgeWords edge={edge} />
              </li>
            ))}
            <More hidden={edges.length - NAMES_MAX} />
          </ul>
        </Row>
        <Row term={`Who reaches ${adds.to}`}>
          <p>
            {reaching.before.length} today, {reaching.before.length + reaching.added.length} after.
          </p>
          {reaching.added.length > 0 && (
            <p>
              Added: <Names names={reaching.added} />
            </p>
          )}
          {reaching.before.length > 0 && (
            <p className="text-muted">
              Today: <Names names={reaching.before} />
            </p>
          )}
        </Row>
        <Row term="Permissions">
          <p>Unchanged. A relationship grants none: Guardian’s profiles do, and this request touches no profile.</p>
          {grants.length === 0 ? (
            <p className="text-muted">Neither party has a profile that names it.</p>
          ) : (
            <ul>
              {grants.map((grant) => (
                <li key={grant.profile}>
                  <Code>{grant.identity}</Code> by <Code>{grant.profile}</Code>: {grant.permissionSets.join(', ') || 'no permission set'}
                </li>
              ))}
            </ul>
          )}
        </Row>
      </dl>
    </Panel>
  )
}

function Row({ term, children }: { readonly term: string; readonly children: React.ReactNode }) {
  return (
    <>
      <dt className="text-muted [overflow-wrap:anywhere]">{term}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  )
}

const EdgeWords = ({ edge }: { readonly edge: Edge }) => (
  <span className="[overflow-wrap:anywhere]">
    <Code>{edge.from}</Code> {edge.type} <Code>{edge.to}</Code>
  </span>
)

function Names({ names }: { readonly names: readonly string[] }) {
  return (
    <>
      {names.slice(0, NAMES_MAX).map((name, index) => (
        <span key={name}>
          {index > 0 && ', '}
          <Code>{name}</Code>
        </span>
      ))}
      {names.length > NAMES_MAX && `, and ${names.length - NAMES_MAX} more`}
    </>
  )
}

const More = ({ hidden }: { readonly hidden: number }) => (hidden > 0 ? <li className="px-1 text-muted">and {hidden} more</li> : null)
