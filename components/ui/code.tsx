import { Visible } from '#components/ui/visible.tsx'

/** A name, path or value as the cluster spells it. */
export function Code({ children }: { readonly children: string }) {
  return (
    <code className="text-code [overflow-wrap:anywhere]">
      <bdi>
        <Visible text={children} />
      </bdi>
    </code>
  )
}
