import { Mark } from '#components/ui/mark.tsx'
import { Time } from '#components/ui/time.tsx'
import type { Tone } from '#lib/status.ts'

type Step = { readonly name: string; readonly tone: Tone; readonly at: string | undefined; readonly text: string; readonly state?: string }

/** The way a decision takes, each step with its time or with whom it waits for. */
export function Steps({ items }: { readonly items: readonly Step[] }) {
  return (
    <ol className="min-w-0">
      {items.map((step, index) => (
        <li key={step.name} className="relative pb-3 ps-5 last:pb-0">
          {index < items.length - 1 && <span aria-hidden="true" className="absolute start-[5px] top-5 bottom-0 border-s border-line" />}
          <span className="absolute start-0 top-1">
            <Mark tone={step.tone} />
          </span>
          <div className="flex flex-wrap items-baseline gap-x-2">
            <span className="font-medium">{step.name}</span>
            {step.state !== undefined && <span className="text-muted">{step.state}</span>}
            {step.at !== undefined && (
              <span className="ms-auto text-muted">
                <Time at={step.at} exact />
              </span>
            )}
          </div>
          {step.text !== '' && <p className="text-muted [overflow-wrap:anywhere]">{step.text}</p>}
        </li>
      ))}
    </ol>
  )
}
