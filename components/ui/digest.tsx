'use client'
import { useAnnounce } from '#components/ui/announce.tsx'

/** The first eight of a digest or commit; the whole in the title, a click copies it. */
export function Digest({ value }: { readonly value: string }) {
  const announce = useAnnounce()
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(value)
      announce(`Copied ${value}`, 'ok')
    } catch {
      announce(`The browser did not allow copying. The value is ${value}`, 'caution')
    }
  }
  return (
    <button
      type="button"
      title={`${value} (copy)`}
      onClick={() => void copy()}
      className="inline-flex min-h-6 items-center rounded-mark font-mono text-code underline decoration-dotted underline-offset-2 hover:bg-hover"
    >
      {value.replace(/^sha256:/, '').slice(0, 8)}
      <span className="sr-only">, copy the whole</span>
    </button>
  )
}
