import { type SendUndo, UndoForm } from '#components/approval/undo-form.tsx'
import { AppLink } from '#components/ui/app-link.tsx'
import { DiffView } from '#components/ui/diff-view.tsx'
import { Note } from '#components/ui/note.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { Visible } from '#components/ui/visible.tsx'
import { changeOf, type UndoView } from '#lib/approval/undo.ts'
import { routes } from '#lib/routes.ts'

const REFUSED = 'undo-refused'

/** A request that takes back another, before it is sent: what it commits, who decides it, and why it is asked for. */
export function UndoPage({ view, send }: { readonly view: UndoView; readonly send: SendUndo }) {
  const { id, name, files, may, parties, undoneBy } = view
  return (
    <>
      <PageHead
        title={
          <>
            Undo{' '}
            <span className="font-mono">
              <Visible text={name} />
            </span>
          </>
        }
        about="A new request. Nothing changes before it is decided and merged."
        actions={<AppLink href={routes.approval(id)}>Back to the request</AppLink>}
      />
      <div className="flex min-w-0 flex-col gap-4">
        {!may.allowed && (
          <Note tone="caution" title="It cannot be undone from here now">
            <p id={REFUSED}>
              <Visible text={may.reason} /> {undoneBy && <AppLink href={routes.approval(undoneBy.id)}>Open that request</AppLink>}
            </p>
          </Note>
        )}
        {files.length > 0 && (
          <>
            <p className="max-w-[72ch] text-title font-semibold [overflow-wrap:anywhere]">
              <Visible text={view.title} />
            </p>
            <Panel id="proposal" title="What will be committed" about={files.length === 1 ? '1 file' : `${files.length} files`} flush>
              {files.map(({ path, before, after }) => (
                <DiffView key={path} path={path} before={before} after={after} change={changeOf({ before, after })} />
              ))}
              <p className="border-t border-line px-3 py-2 text-muted">
                The record of the decision stays: its GovernanceEvent
                {view.kind === 'admission' && ' and the admission request with its decision'}. Sealing adds a GovernanceEvent of its own.
              </p>
            </Panel>
          </>
        )}
        <Panel title="Send it" about={`Decided by ${parties.length === 0 ? 'every domain of the policy file' : parties.join(' and ')}`}>
          <UndoForm view={{ id, advice: view.advice, may }} refusal={REFUSED} send={send} />
        </Panel>
      </div>
    </>
  )
}
