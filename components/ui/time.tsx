'use client'
import { useNow } from '#components/ui/clock.ts'
import { exactWords, pastWords, relativeWords, spanWords } from '#components/ui/time-words.ts'
import { visibleText } from '#components/ui/visible-text.ts'

type Props = { readonly at: string; readonly exact?: boolean; readonly due?: boolean }

/** An instant. Relative in tables with the exact one in the title; exact in history; `due` for deadlines: what is none has happened. */
export function Time({ at, exact = false, due = false }: Props) {
  const now = useNow()
  const instant = Date.parse(at)
  if (Number.isNaN(instant)) return <span title="Not a time">{visibleText(at)}</span>
  const full = exactWords(instant)
  if (exact)
    return (
      <time dateTime={at} className="whitespace-nowrap">
        {full}
      </time>
    )
  const late = due && instant < now
  return (
    <time dateTime={at} title={full} suppressHydrationWarning className={`whitespace-nowrap ${late ? 'text-caution' : ''}`}>
      {late ? `${spanWords(now - instant)} late` : (due ? relativeWords : pastWords)(instant, now)}
    </time>
  )
}
