import { Effect } from '#components/approval/evidence/effect.tsx'
import { Freshness } from '#components/approval/evidence/freshness.tsx'
import { type Compare, Revisions } from '#components/approval/evidence/revisions.tsx'
import { Similar } from '#components/approval/evidence/similar.tsx'
import type { Evidence as EvidenceView } from '#lib/approval/evidence.ts'

/** What a person weighs besides the proposal itself. */
export function Evidence({ id, evidence, compare }: { readonly id: string; readonly evidence: EvidenceView; readonly compare: Compare }) {
  return (
    <>
      {evidence.effect !== undefined && <Effect effect={evidence.effect} />}
      <Similar similar={evidence.similar} />
      <Revisions id={id} revisions={evidence.revisions} compare={compare} />
      <Freshness facts={evidence.facts} />
    </>
  )
}
