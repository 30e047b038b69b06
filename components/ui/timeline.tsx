import type { ReactNode } from 'react'
import { Mark } from '#components/ui/mark.tsx'
import { Time } from '#components/ui/time.tsx'
import type { Tone } from '#lib/status.ts'

export type TimelineItem = {
  readonly id: string
  readonly tone: Tone
  readonly title: ReactNode
  readonly at: string
  readonly body?: ReactNode
  readonly meta?: ReactNode
}

const DAY = 86_400_000

const gapDays = (a: string, b: string | undefined): number =>
  b === undefined ? 0 : Math.floor(Math.abs(Date.parse(a) - Date.parse(b)) / DAY)

/** One line per event: mark, who did what, exact time; the reason below in full. A silence of more than a day is drawn. */
export function Timeline({ items, label }: { readonly items: readonly TimelineItem[]; readonly label: string }) {
  return (
    <ol aria-label={label} className="min-w-0">
      {items.map((item, index) => {
        const gap = gapDays(item.at, items[index + 1]?.at)
        return (
          <li key={item.id} id={item.id} data-step tabIndex={-1} className="relative pb-3 ps-5 last:pb-0">
            {index < items.length - 1 && (
              <span
                aria-hidden="true"
                className={`absolute start-[5px] top-5 bottom-0 border-s ${gap > 0 ? 'border-dashed border-line-strong' : 'border-line'}`}
              />
            )}
            <span className="absolute start-0 top-1">
              <Mark tone={item.tone} />
            </span>
            <div className="flex flex-wrap items-baseline gap-x-3">
              <span className="min-w-0 [overflow-wrap:anywhere]">{item.title}</span>
              <span className="ms-auto text-muted">
                <Time at={item.at} exact />
              </span>
            </div>
            {item.body !== undefined && <div className="text-muted">{item.body}</div>}
            {item.meta !== undefined && <div className="text-muted">{item.meta}</div>}
            {gap > 0 && <p className="mt-3 text-muted">{gap === 1 ? 'One day' : `${gap} days`} without an entry</p>}
          </li>
        )
      })}
    </ol>
  )
}
