import { Tag } from '#components/ui/tag.tsx'
import { Visible } from '#components/ui/visible.tsx'
import type { RequestView } from '#lib/approval/view.ts'

/** Advice in its own frame. It is not part of the digest and decides nothing. */
export function Assessment({ assessment }: { readonly assessment: RequestView['assessment'] }) {
  return (
    <section aria-labelledby="assessment" className="rounded-control border border-dashed border-line-strong bg-canvas px-3 py-2">
      <div className="mb-1 flex flex-wrap items-center gap-x-3">
        <h2 id="assessment">Assessment</h2>
        <Tag>Advice, not a decision</Tag>
        <span className="ms-auto text-muted">
          by <Visible text={assessment.by} />
        </span>
      </div>
      {assessment.lines.length === 0 ? (
        <p className="text-muted">It has nothing to say about this request.</p>
      ) : (
        <ul className="list-disc ps-4">
          {assessment.lines.map((line) => (
            <li key={line} className="max-w-[72ch] [overflow-wrap:anywhere]">
              <Visible text={line} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
