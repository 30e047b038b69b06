import { count, HIDDEN_WORD } from '#components/topology/words.ts'
import { Note } from '#components/ui/note.tsx'
import { Visible } from '#components/ui/visible.tsx'
import type { TopologyView } from '#lib/topology/view.ts'

/** What cannot be shown now, and why. The rest of the page goes on. */
export function Notices({ view }: { readonly view: TopologyView }) {
  const kubernetes = view.ages.find((age) => age.source === 'Kubernetes')
  return (
    <>
      {kubernetes?.state === 'down' && (
        <Note tone="danger" title="Kubernetes does not answer">
          Objects that were not read are not drawn. What only the zone says is shown as not compared, never as stale and never as good.
        </Note>
      )}
      {kubernetes?.state === 'stale' && (
        <Note tone="caution" title="The Kubernetes data is old">
          <Visible text={kubernetes.problem ?? 'The watch is silent.'} />
        </Note>
      )}
      {view.zone.state === 'down' && (
        <Note tone="danger" title="The DSNS zone cannot be read">
          <Visible text={view.zone.problem ?? ''} /> Objects are shown without their records.
        </Note>
      )}
      {view.zone.state === 'not rendered' && (
        <Note tone="caution" title="The DSNS zone is not rendered yet">
          Clusters, packs and runs come from their objects alone until the seam controller writes the zone.
        </Note>
      )}
      {view.focusProblem !== undefined && (
        <Note tone="caution" title="Nothing is in focus">
          {view.focusProblem}
        </Note>
      )}
      {view.drawn === 'grouped' && (
        <Note tone="off" title="Folded by place">
          There are more than 400 nodes, so those of one kind in one place are drawn as one. A filter or a focus unfolds them.
        </Note>
      )}
      {view.access.length > 0 && view.nodes.some((node) => node.restricted) && (
        <details>
          <summary className="min-h-6 text-muted">Why some nodes are restricted</summary>
          <ul className="list-disc ps-4">
            {view.access.map((rule) => (
              <li key={rule}>
                <Visible text={rule} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

/** Nothing is dropped silently: how much is hidden, by what, and what has no place in the picture. */
export function HiddenCount({ view, onClear }: { readonly view: TopologyView; readonly onClear: (() => void) | undefined }) {
  const hidden = view.hidden.reduce((sum, one) => sum + one.count, 0)
  const out = view.leftOut.reduce((sum, one) => sum + one.count, 0)
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1 text-muted">
      <output>
        {count(hidden, 'node')} hidden{hidden > 0 && `: ${view.hidden.map((one) => `${one.count} ${HIDDEN_WORD[one.reason]}`).join(', ')}`}
      </output>
      {onClear && (
        <button type="button" onClick={onClear} className="min-h-6 text-accent underline underline-offset-2">
          Clear the filters
        </button>
      )}
      {out > 0 && (
        <details>
          <summary className="min-h-6">{count(out, 'object')} without a reference not drawn</summary>
          <p className="max-w-[72ch]">{view.leftOut.map(({ kind, count: n }) => `${kind} ${n}`).join(', ')}</p>
        </details>
      )}
    </div>
  )
}
