'use client'

type Props = { readonly label: string; readonly checked: boolean; readonly onChecked: (checked: boolean) => void }

/** A switch with its words; the whole line is the target. */
export function CheckField({ label, checked, onChecked }: Props) {
  return (
    <label className="inline-flex min-h-6 cursor-pointer items-center gap-2">
      <input type="checkbox" checked={checked} onChange={(event) => onChecked(event.target.checked)} className="size-3.5 accent-accent" />
      {label}
    </label>
  )
}
