import { AppLink } from '#components/ui/app-link.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { visibleText } from '#components/ui/visible-text.ts'
import type { KindsView } from '#lib/resource/view.ts'
import { routes } from '#lib/routes.ts'
import type { Tone } from '#lib/status.ts'

type States = KindsView['clusters'][number]['state']

const LOOK = {
  fresh: { tone: 'ok', word: '' },
  stale: { tone: 'caution', word: 'old' },
  down: { tone: 'danger', word: 'does not answer' },
  off: { tone: 'off', word: 'off' },
} satisfies Record<States, { readonly tone: Tone; readonly word: string }>

/** Which cluster is shown, where several are read. The first is the one that is decided about. */
export function ClusterChoice({ view }: { readonly view: KindsView }) {
  if (view.clusters.length < 2) return null
  return (
    <nav aria-label="Clusters" className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
      <span className="text-muted">Cluster</span>
      {view.clusters.map(({ name, state }, at) => {
        const { tone, word } = LOOK[state]
        return (
          <span key={name} className="inline-flex items-baseline gap-x-2">
            {name === view.cluster ? (
              <span aria-current="page" className="border-b-2 border-ink font-mono font-medium text-code">
                {visibleText(name)}
              </span>
            ) : (
              <AppLink href={routes.resources(at === 0 ? undefined : name)} className="font-mono text-code">
                {visibleText(name)}
              </AppLink>
            )}
            {at === 0 && <span className="text-muted">decided here</span>}
            {word !== '' && <StatusMark tone={tone}>{word}</StatusMark>}
          </span>
        )
      })}
    </nav>
  )
}
