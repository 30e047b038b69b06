'use client'
import { useNow } from '#components/ui/clock.ts'
import { Panel } from '#components/ui/panel.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { exactWords, spanWords } from '#components/ui/time-words.ts'
import { Visible } from '#components/ui/visible.tsx'
import type { FactAge } from '#lib/approval/evidence.ts'
import type { Tone } from '#lib/status.ts'

const LOOK = {
  fresh: { tone: 'ok', word: 'Fresh' },
  old: { tone: 'caution', word: 'Old' },
  silent: { tone: 'danger', word: 'Silent' },
  off: { tone: 'off', word: 'Not set up' },
} as const satisfies Record<FactAge['state'], { readonly tone: Tone; readonly word: string }>

/** How old each fact is, and how old it may be. A fact that binds the decision closes it when it is older. */
export function Freshness({ facts }: { readonly facts: readonly FactAge[] }) {
  const now = useNow()
  if (facts.length === 0) return null
  const closing = facts.filter((fact) => fact.limit !== undefined && fact.state !== 'fresh').length
  return (
    <Panel title="How fresh it is" about={closing === 0 ? 'every fact that binds is fresh' : `${closing} close deciding`}>
      <ul className="flex flex-col gap-1">
        {facts.map((fact) => (
          <li key={fact.fact} className="grid gap-x-3 sm:grid-cols-[6.5rem_minmax(0,1fr)]">
            <StatusMark tone={LOOK[fact.state].tone}>{LOOK[fact.state].word}</StatusMark>
            <span className="min-w-0 [overflow-wrap:anywhere]">
              {fact.fact} <span className="text-muted">({fact.source})</span>{' '}
              {fact.at === undefined ? (
                <span className="text-muted">age unknown</span>
              ) : (
                <time
                  dateTime={new Date(fact.at).toISOString()}
                  title={exactWords(fact.at)}
                  suppressHydrationWarning
                  className="text-muted"
                >
                  {spanWords(Math.max(0, now - fact.at))} ago
                </time>
              )}
              <span className="text-muted">
                {fact.limit === undefined ? ', informs only' : `, closes deciding after ${fact.limit / 1000} s`}
              </span>
              {fact.problem !== undefined && (
                <span>
                  {' '}
                  <Visible text={fact.problem} />
                </span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
