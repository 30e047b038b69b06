import { DiffView } from '#components/ui/diff-view.tsx'
import { Digest } from '#components/ui/digest.tsx'
import { FieldChanges } from '#components/ui/field-changes.tsx'
import { Note } from '#components/ui/note.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { Visible } from '#components/ui/visible.tsx'
import type { FileView, RequestView } from '#lib/approval/view.ts'

type Props = Pick<RequestView, 'files' | 'digest' | 'digestProblem'>

/** The exact files that will be committed: fields in words first, then the manifest, with the digest a vote signs. */
export function Proposal({ files, digest, digestProblem }: Props) {
  const count = files.length === 1 ? '1 file' : `${files.length} files`
  const fields = files.flatMap((file) => file.fields)
  return (
    <Panel
      id="proposal"
      title="What will be committed"
      about={count}
      flush
      actions={
        digest !== undefined && (
          <>
            <span className="text-muted">Digest</span> <Digest value={digest} />
          </>
        )
      }
    >
      {digestProblem !== undefined && (
        <div className="p-3">
          <Note tone="caution" title="There is no digest, so nobody can vote">
            <p>
              <Visible text={digestProblem} />
            </p>
          </Note>
        </div>
      )}
      {files.length === 0 && <p className="p-3 text-muted">There are no files yet.</p>}
      {fields.length > 0 && (
        <div className="border-b border-line p-3">
          <FieldChanges rows={fields} />
        </div>
      )}
      {files.map((file) => (
        <DiffView key={file.path} path={file.path} before={file.before} after={file.after} change={file.change} />
      ))}
      <Placeholders files={files} />
    </Panel>
  )
}

/** What is written in only at sealing (decisions.md 8): named, so that nobody takes it for a value. */
function Placeholders({ files }: { readonly files: readonly FileView[] }) {
  const names = new Set(files.flatMap((file) => [...(file.after ?? '').matchAll(/<[a-z][\w .-]*>/gi)].map(([name]) => name)))
  if (names.size === 0) return null
  return (
    <p className="border-t border-line px-3 py-2 text-muted">
      Recorded only when the decision is sealed: {[...names].join(', ')}. The digest covers the files with these placeholders.
    </p>
  )
}
