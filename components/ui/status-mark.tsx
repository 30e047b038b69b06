import type { ReactNode } from 'react'
import { Mark } from '#components/ui/mark.tsx'
import type { Tone } from '#lib/status.ts'

type Props = { readonly tone: Tone; readonly soft?: boolean; readonly children: ReactNode }

/** A state: colour, shape and word, always all three. `soft` is for tags and heads, plain for tables. */
export function StatusMark({ tone, soft = false, children }: Props) {
  const look = soft ? 'rounded-mark bg-tone-soft px-2 py-px text-tone' : ''
  return (
    <span data-tone={tone} className={`inline-flex items-baseline gap-1.5 whitespace-nowrap ${look}`}>
      <Mark tone={tone} />
      <span>{children}</span>
    </span>
  )
}
