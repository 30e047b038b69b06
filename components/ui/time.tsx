'use client'
import { useWords } from '#components/ui/clock.ts'
import { exactWords, pastWords, relativeWords, spanWords } from '#components/ui/time-words.ts'
import { visibleText } from '#components/ui/visible-text.ts'

type Props = { readonly at: string; readonly exact?: boolean; readonly due?: boolean }

const LATE = '!'

/** An instant. Relative in tables with the exact one in the title; exact in history; `due` for deadlines: what is none has happened. */
export function Time({ at, exact = false, due = false }: Props) {
  const instant = Date.parse(at)
  const words = useWords((now) => {
    if (due && instant < now) return `${LATE}${spanWords(now - instant)} late`
    return (due ? relativeWords : pastWords)(instant, now)
  })
  if (Number.isNaN(instant)) return <span title="Not a time">{visibleText(at)}</span>
  const full = exactWords(instant)
  if (exact)
    return (
      <time dateTime={at} className="whitespace-nowrap">
        {full}
      </time>
    )
  const late = words.startsWith(LATE)
  return (
    <time dateTime={at} title={full} suppressHydrationWarning className={`whitespace-nowrap ${late ? 'text-caution' : ''}`}>
      {late ? words.slice(LATE.length) : words}
    </time>
  )
}
