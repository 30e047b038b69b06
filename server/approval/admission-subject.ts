import 'server-only'
import { contributorsOf, requester } from '#lib/approval/contributors.ts'
import type { Evaluation, Finding, Participant } from '#lib/approval/facts.ts'
import { documentPath } from '#lib/approval/paths.ts'
import { readDomainPolicy } from '#lib/domain/kinds.ts'
import { AppError } from '#lib/error.ts'
import { groupOf, type KubeObject } from '#lib/kube/object.ts'
import { servedAs } from '#lib/kube/resolve.ts'
import { evaluate } from '#lib/relationship/evaluate.ts'
import type { Evaluation as Verdict, RelationshipObjects } from '#lib/relationship/evaluation.ts'
import { partyOf } from '#lib/relationship/party.ts'
import { type Rar, type RarStatus, readRar, readRarStatus } from '#lib/relationship/read-rar.ts'
import { meaningOf } from '#server/approval/admission-meaning.ts'
import type { RequestRow } from '#server/approval/repo.ts'
import { requestCommits } from '#server/approval/request-commits.ts'
import { declaredState } from '#server/approval/sources.ts'
import type { StoredSubject } from '#server/approval/stored-subject.ts'
import type { Reading, SubjectPart } from '#server/approval/subject-type.ts'
import type { Ctx } from '#server/context.ts'
import { headOf, type LoadedPolicy } from '#server/policy/load.ts'

/** An admission as the reflector, the mirror and the API server show it. */
export async function readAdmission(
  ctx: Ctx,
  row: RequestRow,
  stored: StoredSubject,
  loaded: LoadedPolicy,
  reading: Reading,
): Promise<SubjectPart> {
  const { objects: cached, problems } = declaredState(ctx)
  const seen = ctx.kube.get(row.group, row.resourceKind, row.namespace, row.name)
  const live = seen.state === 'down' ? undefined : seen.value
  const object = reading.object ?? (live?.metadata.uid === row.uid ? live : undefined) ?? stored.object
  if (object === undefined) throw new AppError('unavailable', 'The cluster has not been read yet. Try again in a moment.')
  const rar = readRar(object)
  const status = readRarStatus(object.status)
  const objects = reading.refresh === true ? await withFreshPolicies(ctx, cached, rar) : cached
  const served = servedAs(ctx.kube.servedKinds(), { group: row.group, kind: row.resourceKind })
  const participants = participantsOf(rar, objects)
  const decided = rar.spec.decision !== undefined
  const verdict = evaluate({ rar: object, objects, excludeOwn: decided, autoAdmission: loaded.ok && loaded.policy.autoAdmission.enabled })
  const evaluation = evaluationOf(object, status, verdict)
  const commits = await requestCommits(ctx, row, headOf(loaded), documentPath(row.cluster, object))
  const made = await meaningOf(ctx, { row, object, rar, objects, evaluation, verdict, loaded })
  return {
    participants,
    evaluation,
    sources: problems,
    contributors: loaded.ok
      ? contributorsOf(loaded.policy, { requestedBy: row.requestedBy, commits, managers: managersOf(object), editors: stored.editors })
      : [requester(row.requestedBy)],
    permission: { verb: 'update', group: row.group, resource: served?.plural ?? 'relationshipadmissionrequests', name: row.name },
    admission: { object, rar, status, objects, input: made.ok ? made.value.input : undefined },
    digest: made.ok ? { ok: true, digest: made.value.digest } : { ok: false, problem: made.error },
    files: made.ok ? made.value.files : [],
    parts: made.ok ? made.value.parts : {},
  }
}

/** The policies that govern the participants, read from the API server: what is sealed must be what governs now. */
async function withFreshPolicies(ctx: Ctx, objects: RelationshipObjects, rar: Rar): Promise<RelationshipObjects> {
  const sides = [rar.spec.participants?.initiator, rar.spec.participants?.counterpart].map((side) => side?.domainIdentityRef.name)
  const kinds = ctx.kube.servedKinds()
  const fresh = async (policy: KubeObject): Promise<KubeObject | undefined> => {
    const served = servedAs(kinds, { group: groupOf(policy), kind: policy.kind })
    return served === undefined ? policy : ctx.kube.fetch(served, policy.metadata.namespace ?? '', policy.metadata.name)
  }
  const policies = await Promise.all(
    objects.policies.map(async (policy) =>
      sides.includes(readDomainPolicy(policy).spec.domainIdentityRef?.name) ? fresh(policy) : policy,
    ),
  )
  return { ...objects, policies: policies.filter((policy) => policy !== undefined) }
}

function participantsOf(rar: Rar, objects: RelationshipObjects): readonly Participant[] {
  const sides = [
    { role: 'Initiator', identity: rar.spec.participants?.initiator.domainIdentityRef.name },
    { role: 'Counterpart', identity: rar.spec.participants?.counterpart.domainIdentityRef.name },
  ] as const
  return sides.map(({ role, identity }) => {
    if (identity === undefined)
      return { role, identity: 'unreadable participant', domain: undefined, problem: 'the request does not name it' }
    const party = partyOf(identity, objects.boundaries)
    return 'domain' in party
      ? { role, identity, domain: party.domain, problem: undefined }
      : { role, identity, domain: undefined, problem: party.problem }
  })
}

/** The verdict in the object's status. It must be the one that today's declared state gives: an older one closes deciding. */
function evaluationOf(object: KubeObject, status: RarStatus, now: Verdict): Evaluation {
  const said = status.evaluation
  if (said === undefined)
    return { state: 'missing', why: `The request is not evaluated yet${status.phase === undefined ? '' : ` (phase ${status.phase})`}.` }
  const decided = readRar(object).spec.decision !== undefined
  if (now.evaluationHash !== said.evaluationHash && !decided)
    return {
      state: 'missing',
      why: 'The evaluation in the cluster is older than what it was made from. Deciding opens again when it is renewed.',
    }
  const findings = (role: Finding['role'], side: typeof said.initiatorPolicy): readonly Finding[] =>
    (side?.findings ?? []).map((finding) => ({ ...finding, role }))
  return {
    state: 'present',
    tier: said.riskTier,
    hash: said.evaluationHash,
    findings: [...findings('Initiator', said.initiatorPolicy), ...findings('Counterpart', said.counterpartPolicy)],
  }
}

const managersOf = (object: KubeObject): readonly string[] =>
  (object.metadata.managedFields ?? []).flatMap(({ manager }) => (manager === undefined ? [] : [manager]))
