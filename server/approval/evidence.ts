import 'server-only'
import { z } from 'zod'
import { effectOf } from '#lib/approval/effect.ts'
import type { Effect, Evidence, Similar } from '#lib/approval/evidence.ts'
import type { Facts } from '#lib/approval/facts.ts'
import { type Likeness, mostAlike } from '#lib/approval/similar.ts'
import { readDomainRelationship } from '#lib/domain/kinds.ts'
import { AppError } from '#lib/error.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { hasFullForAny } from '#server/access/level.ts'
import { freshnessOf } from '#server/approval/freshness.ts'
import { loadRequest, pastDecisions, type RequestRow } from '#server/approval/repo.ts'
import { revisionsOf } from '#server/approval/repo-revision.ts'
import { readStored } from '#server/approval/stored-subject.ts'
import { readSubject } from '#server/approval/subject.ts'
import type { Subject } from '#server/approval/subject-type.ts'
import type { Ctx } from '#server/context.ts'
import { readRar } from '#lib/relationship/read-rar.ts'
import { query } from '#server/verb.ts'

const PAST_MAX = 500
const SIMILAR_MAX = 5

/** What a person weighs besides the proposal: how fresh each fact is, what it would change, what was decided on the like, and what it meant before. */
export const getEvidence = query({
  name: 'approval.evidence',
  input: z.object({ id: z.uuid() }),
  needs: () => ({ signedIn: true }),
  async run(ctx, { id }): Promise<Evidence> {
    const row = await loadRequest(ctx.db, id)
    if (row === undefined) throw new AppError('not_found', 'There is no such request.')
    const subject = await readSubject(ctx, row)
    const [revisions, similar] = await Promise.all([revisionsOf(ctx.db, id), similarTo(ctx, row, subject)])
    return {
      facts: row.state === 'open' ? freshnessOf(ctx, row) : [],
      similar,
      revisions: revisions.map(({ number, digest, at, cause }) => ({ number, digest, at: at.toISOString(), cause: cause ?? undefined })),
      effect: effectFor(ctx, subject),
    }
  },
})

function effectFor(ctx: Ctx, { admission }: Subject): Effect | undefined {
  const spec = admission?.rar.spec
  const [from, to] = [spec?.participants?.initiator.domainIdentityRef.name, spec?.participants?.counterpart.domainIdentityRef.name]
  const type = spec?.interaction?.relationshipType
  if (admission === undefined || from === undefined || to === undefined || type === undefined) return undefined
  const edges = admission.objects.relationships.flatMap((object) => {
    const { sourceIdentity, targetIdentity, relationshipType } = readDomainRelationship(object).spec
    return sourceIdentity === undefined || targetIdentity === undefined
      ? []
      : [{ from: sourceIdentity, to: targetIdentity, type: relationshipType ?? 'unknown type' }]
  })
  const profiles = ctx.kube.list('rbacProfile')
  return effectOf({ from, to, type }, edges, profiles.state === 'down' ? [] : profiles.value.flatMap(grantOf))
}

const Profile = z.object({
  domainIdentityRef: z.string(),
  permissionDeclarations: z.array(z.object({ permissionSetRef: z.string() })).default([]),
})

function grantOf(object: KubeObject): Effect['grants'] {
  const spec = Profile.safeParse(object.spec)
  if (!spec.success) return []
  const permissionSets = spec.data.permissionDeclarations.map((one) => one.permissionSetRef)
  return [{ identity: spec.data.domainIdentityRef, profile: object.metadata.name, permissionSets }]
}

/** Decisions on the like of this request. Reasons need Full in one of the domains that the decision concerned (retrieval.md 3). */
async function similarTo(ctx: Ctx, row: RequestRow, subject: Subject): Promise<readonly Similar[]> {
  if (row.kind !== 'admission') return []
  const past = (await pastDecisions(ctx.db, PAST_MAX)).filter(({ request }) => request.id !== row.id && request.kind === 'admission')
  const own = likenessOf(subject.admission?.object ?? readStored(row.subject).object, subject)
  const alike = mostAlike(
    own,
    past.flatMap(({ request, decision }) =>
      decision.facts === null
        ? []
        : [
            {
              id: request.id,
              sealedAt: decision.sealedAt.toISOString(),
              request,
              decision,
              facts: decision.facts,
              like: likenessOf(readStored(request.subject).object, decision.facts),
            },
          ],
    ),
    SIMILAR_MAX,
  )
  return Promise.all(
    alike.map(async ({ id, sealedAt, request, decision, facts, alike: reasons }): Promise<Similar> => {
      const readable = await hasFullForAny(ctx, facts.participants)
      return {
        id,
        sealedAt,
        name: request.name,
        outcome: decision.outcome,
        deciders: decision.approvers,
        verdict: decision.outcome === 'Approved' ? 'approve' : 'deny',
        rationale: readable ? decision.rationale : undefined,
        alike: reasons,
      }
    }),
  )
}

function likenessOf(object: KubeObject | undefined, facts: Pick<Facts, 'participants' | 'evaluation'>): Likeness {
  const spec = object === undefined ? undefined : readRar(object).spec
  const { evaluation, participants } = facts
  return {
    type: spec?.interaction?.relationshipType,
    from: participants.find((one) => one.role === 'Initiator')?.identity,
    to: participants.find((one) => one.role === 'Counterpart')?.identity,
    domains: [...new Set(participants.flatMap(({ domain }) => (domain === undefined ? [] : [domain])))].toSorted(),
    tier: evaluation.state === 'present' ? evaluation.tier : 'Unknown',
    rules: evaluation.state === 'present' ? [...new Set(evaluation.findings.map((finding) => finding.rule))].toSorted() : [],
  }
}
