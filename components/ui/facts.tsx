import type { ReactNode } from 'react'

type Fact = { readonly label: string; readonly value: ReactNode; readonly mono?: boolean }

/** Names and values, aligned in two columns. */
export function Facts({ rows }: { readonly rows: readonly Fact[] }) {
  return (
    <dl className="grid items-baseline grid-cols-[minmax(6rem,auto)_minmax(0,1fr)] gap-x-3 gap-y-1">
      {rows.map(({ label, value, mono = false }) => (
        <div key={label} className="contents">
          <dt className="text-muted [overflow-wrap:anywhere]">{label}</dt>
          <dd className={`min-w-0 [overflow-wrap:anywhere] ${mono ? 'font-mono text-code' : ''}`}>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
