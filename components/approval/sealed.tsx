import { nameList } from '#components/approval/permit-words.ts'
import { AppLink } from '#components/ui/app-link.tsx'
import { Digest } from '#components/ui/digest.tsx'
import { Facts } from '#components/ui/facts.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import type { RequestView } from '#lib/approval/view.ts'
import { routes } from '#lib/routes.ts'

type Props = { readonly decision: NonNullable<RequestView['decision']> }

/** The decision as it was sealed. Final: undoing is a new request. */
export function Sealed({ decision }: Props) {
  const { outcome, sealedAt, sealedBy, approvers, digest, ledgerSeq } = decision
  const approved = outcome === 'Approved'
  return (
    <div className="flex flex-col gap-2">
      <p>
        <StatusMark soft tone={approved ? 'ok' : 'danger'}>
          {approved ? 'Approved' : 'Denied'}
        </StatusMark>
      </p>
      <Facts
        rows={[
          { label: 'Sealed', value: <Time at={sealedAt} exact /> },
          { label: 'By the vote of', value: sealedBy, mono: true },
          ...(approvers.length > 0 ? [{ label: 'Approvers', value: nameList(approvers) }] : []),
          { label: 'Digest', value: <Digest value={digest} /> },
          { label: 'Ledger', value: <AppLink href={routes.ledgerEntry(ledgerSeq)}>entry {ledgerSeq}</AppLink> },
        ]}
      />
      <p className="text-muted">Final. To undo it, make a new request.</p>
    </div>
  )
}
