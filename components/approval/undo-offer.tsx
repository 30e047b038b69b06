import { AppLink } from '#components/ui/app-link.tsx'
import { Button } from '#components/ui/button.tsx'
import { ButtonLink } from '#components/ui/button-link.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { Visible } from '#components/ui/visible.tsx'
import type { Linked } from '#lib/approval/request.ts'
import type { DeliveryView, RequestView } from '#lib/approval/view.ts'
import { routes } from '#lib/routes.ts'

type Undo = RequestView['undo']

/** The way to a new request that takes this one back, with what it does; or why there is none for this viewer. */
export function UndoOffer({ id, undo }: { readonly id: string; readonly undo: Undo }) {
  const { may } = undo
  return (
    <div className="flex flex-col gap-1 border-t border-line pt-2">
      <div>{may.allowed ? <ButtonLink href={routes.undo(id)}>Undo this</ButtonLink> : <Button blocked={may.reason}>Undo this</Button>}</div>
      {may.allowed && <p className="text-muted">{may.reason} You see every file before it is sent.</p>}
    </div>
  )
}

type Delivered = Pick<DeliveryView, 'requestId' | 'kind' | 'outcome' | 'mergeCommit'>

/** On the page of a delivery: an undo names what it takes back, an approval on main can be taken back. */
export function UndoPanel({ delivery, undo }: { readonly delivery: Delivered; readonly undo: Undo }) {
  const offered = delivery.kind !== 'undo' && delivery.outcome === 'Approved' && delivery.mergeCommit !== undefined
  if (!offered && undo.undoes === undefined) return null
  return (
    <Panel title="Undo">
      <div className="flex flex-col gap-2">
        <UndoLinks undo={undo} />
        {offered && <UndoOffer id={delivery.requestId} undo={undo} />}
      </div>
    </Panel>
  )
}

/** What this request takes back, and what takes it back. */
export function UndoLinks({ undo }: { readonly undo: Undo }) {
  const { undoes, undoneBy } = undo
  if (undoes === undefined && undoneBy === undefined) return null
  return (
    <p className="[overflow-wrap:anywhere]">
      {undoes && (
        <>
          Undoes <To request={undoes} />, which was approved.
        </>
      )}
      {undoneBy && (
        <>
          {undoes && ' '}
          {undoneBy.state === 'open' ? 'To be undone by ' : 'Undone by '}
          <To request={undoneBy} />
          {undoneBy.state === 'open' ? ', which is being decided.' : ', which was approved.'}
        </>
      )}
    </p>
  )
}

const To = ({ request }: { readonly request: Linked }) => (
  <AppLink href={routes.approval(request.id)}>
    <span className="font-mono text-code">
      <Visible text={request.name} />
    </span>{' '}
    ({request.id.slice(0, 8)})
  </AppLink>
)
