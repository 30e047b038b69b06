'use client'
import { useNow } from '#components/ui/clock.ts'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { exactWords, spanWords } from '#components/ui/time-words.ts'
import type { Tone } from '#lib/status.ts'

/** The age of one source (the shape of SourceAge). */
type Age = {
  readonly source: string
  readonly cluster?: string
  readonly state: 'fresh' | 'stale' | 'down' | 'off'
  readonly at: number | undefined
  readonly problem: string | undefined
}

const TONE = { fresh: 'ok', stale: 'caution', down: 'danger', off: 'off' } satisfies Record<Age['state'], Tone>

const nameOf = ({ source, cluster }: Age): string => (cluster === undefined ? source : `${source} ${cluster}`)

const words = (of: Age, now: number): string => {
  const { state, at } = of
  const source = nameOf(of)
  const age = at === undefined ? undefined : spanWords(Math.max(0, now - at))
  if (state === 'off') return `${source} off`
  if (state === 'down') return age === undefined ? `${source} does not answer` : `${source} does not answer, last ${age} ago`
  if (age === undefined) return `${source} age unknown`
  return state === 'stale' ? `${source} ${age} old` : `${source} ${age}`
}

/** Where the page's facts come from and how old they are. */
export function SourceAges({ ages }: { readonly ages: readonly Age[] }) {
  const now = useNow()
  return (
    <ul aria-label="Age of the sources" className="flex flex-wrap gap-x-4 gap-y-0.5">
      {ages.map((age) => {
        const instant = age.at === undefined ? '' : `last answer ${exactWords(age.at)}`
        return (
          <li
            key={nameOf(age)}
            title={[instant, age.problem].filter(Boolean).join('. ')}
            suppressHydrationWarning
            className={age.state === 'fresh' || age.state === 'off' ? 'text-muted' : ''}
          >
            <StatusMark tone={TONE[age.state]}>
              <span suppressHydrationWarning>{words(age, now)}</span>
            </StatusMark>
          </li>
        )
      })}
    </ul>
  )
}
