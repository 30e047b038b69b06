import { Panel } from '#components/ui/panel.tsx'
import { Visible } from '#components/ui/visible.tsx'
import type { RequestView } from '#lib/approval/view.ts'

/** Who had a hand in the request and may therefore not approve it. */
export function Contributors({ contributors }: { readonly contributors: RequestView['contributors'] }) {
  return (
    <Panel title="Contributors" about="may not approve">
      {contributors.length === 0 ? (
        <p className="text-muted">Nobody is known to have contributed.</p>
      ) : (
        <ul className="flex flex-col gap-1">
          {contributors.map(({ login, why }) => (
            <li key={`${login} ${why}`} className="[overflow-wrap:anywhere]">
              <span className="font-mono text-code">
                <Visible text={login} />
              </span>{' '}
              <span className="text-muted">
                <Visible text={why} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
