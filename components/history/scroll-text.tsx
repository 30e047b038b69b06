import { Visible } from '#components/ui/visible.tsx'

/** A long text that scrolls inside its frame, from the keyboard too. */
export function ScrollText({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <pre tabIndex={0} aria-label={label} className="max-h-[40rem] overflow-auto p-3 text-code whitespace-pre-wrap [overflow-wrap:anywhere]">
      <Visible text={text} />
    </pre>
  )
}
