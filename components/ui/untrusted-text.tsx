import { Visible } from '#components/ui/visible.tsx'

type Props = { readonly text: string; readonly inline?: boolean; readonly from?: string }

/** Words that are not ours: framed with whose they are, isolated in direction, never HTML (product.md). */
export function UntrustedText({ text, inline = false, from }: Props) {
  if (inline)
    return (
      <bdi>
        <Visible text={text} />
      </bdi>
    )
  return (
    <figure className="border-s-2 border-line-strong ps-3">
      <blockquote dir="auto" className="max-w-[72ch] whitespace-pre-wrap [overflow-wrap:anywhere]">
        <Visible text={text} />
      </blockquote>
      {from !== undefined && <figcaption className="mt-1 text-muted">Words of {from}, not checked by Vortex</figcaption>}
    </figure>
  )
}
