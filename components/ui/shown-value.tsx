import { Restricted } from '#components/ui/restricted.tsx'
import { UntrustedText } from '#components/ui/untrusted-text.tsx'

type Shown =
  | string
  | number
  | boolean
  | null
  | undefined
  | { readonly restricted: true; readonly requiredLevel: string; readonly reason?: string }

/** A value that may be restricted, absent or read. The three never look alike. */
export function ShownValue({ value }: { readonly value: Shown }) {
  if (value === undefined || value === null) return <span className="text-muted">not set</span>
  if (typeof value === 'object') return <Restricted level={value.requiredLevel} />
  return <UntrustedText inline text={String(value)} />
}
