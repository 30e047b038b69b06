'use client'
import { changesSince } from '#components/approval/changes-since.ts'
import { shortDigest } from '#components/approval/decide.ts'
import { Button } from '#components/ui/button.tsx'
import { DiffView } from '#components/ui/diff-view.tsx'
import { FieldChanges } from '#components/ui/field-changes.tsx'
import { Note } from '#components/ui/note.tsx'
import type { RequestView } from '#lib/approval/view.ts'

type Props = { readonly seen: RequestView; readonly now: RequestView; readonly onRead: () => void }

/** The meaning changed after the page was opened: what changed, above the form, until it is read. */
export function ConflictPanel({ seen, now, onRead }: Props) {
  const { fields, files } = changesSince(seen, now)
  return (
    <div role="alert" className="flex flex-col gap-2">
      <Note tone="caution" title="The request changed after you opened it">
        <p>
          You saw {shortDigest(seen.digest ?? '')}, it is now {shortDigest(now.digest ?? '')}. Your text is kept. Read what changed, then
          decide.
        </p>
      </Note>
      {fields.length > 0 && <FieldChanges rows={fields} />}
      {files.length > 0 && (
        <div className="rounded-control border border-line">
          {files.map(({ path, before, after }) => (
            <DiffView
              key={path}
              path={path}
              before={before}
              after={after}
              change={before === undefined ? 'added' : after === undefined ? 'deleted' : 'modified'}
            />
          ))}
        </div>
      )}
      {fields.length + files.length === 0 && (
        <p className="text-muted">Nothing you can see here differs. The rules or the template changed.</p>
      )}
      <div>
        <Button onClick={onRead}>I have read the change</Button>
      </div>
    </div>
  )
}
