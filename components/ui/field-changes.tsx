import { Code } from '#components/ui/code.tsx'

type Change = { readonly path: string; readonly from: string | undefined; readonly to: string | undefined }

/** The fields that change, in words: read before the manifest (ui.md 5.7). */
export function FieldChanges({ rows }: { readonly rows: readonly Change[] }) {
  return (
    <ul className="grid items-baseline gap-x-6 gap-y-0.5 sm:grid-cols-[fit-content(50%)_minmax(0,1fr)]">
      {rows.map(({ path, from, to }, index) => (
        <li key={`${path} ${index}`} className="contents">
          <Code>{path}</Code>
          <span className="min-w-0 max-sm:ps-3">
            {from === undefined ? (
              <span className="text-muted">not set</span>
            ) : (
              <del className="rounded-mark bg-del-soft px-1">
                <Code>{from}</Code>
              </del>
            )}
            <span className="px-1.5 text-muted" aria-hidden="true">
              →
            </span>
            <span className="sr-only"> becomes </span>
            {to === undefined ? (
              <span className="text-muted">removed</span>
            ) : (
              <ins className="rounded-mark bg-ins-soft px-1">
                <Code>{to}</Code>
              </ins>
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}
