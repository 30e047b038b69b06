import 'server-only'
import type { Permission } from '#lib/access/viewer.ts'
import { type Contributor, contributorsOf } from '#lib/approval/contributors.ts'
import { meaningDigest } from '#lib/approval/digest.ts'
import type { Evaluation, Facts, Finding, Participant } from '#lib/approval/facts.ts'
import { documentPath } from '#lib/approval/paths.ts'
import { type AdmissionInput, renderAdmission, type RenderedFile, renderFiles } from '#lib/approval/render.ts'
import { digestOf } from '#lib/canonical.ts'
import { readDomainPolicy } from '#lib/domain/kinds.ts'
import { AppError } from '#lib/error.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { evaluate } from '#lib/relationship/evaluate.ts'
import type { RelationshipObjects } from '#lib/relationship/evaluation.ts'
import { partyOf } from '#lib/relationship/party.ts'
import { type Rar, type RarStatus, readRar, readRarStatus } from '#lib/relationship/read-rar.ts'
import { err, ok, type Result } from '#lib/result.ts'
import type { GitChange } from '#server/adapter/git/git.ts'
import { draftAuthors, type RequestRow } from '#server/approval/repo.ts'
import { atCommit, declaredState, gitProblems } from '#server/approval/sources.ts'
import { readStored, type StoredSubject } from '#server/approval/stored-subject.ts'
import type { Ctx } from '#server/context.ts'
import { type LoadedPolicy, loadPolicy } from '#server/policy/load.ts'

/** A request as it stands now, whoever looks: everything of `Facts` that does not depend on the viewer, and what pages draw. */
export type Subject = Pick<Facts, 'participants' | 'evaluation' | 'digest' | 'sources' | 'contributors' | 'policy'> & {
  readonly loaded: LoadedPolicy
  readonly permission: Permission
  readonly files: readonly RenderedFile[]
  /** Digest per part of the meaning; differences name the cause of a lapse. */
  readonly parts: Readonly<Record<string, string>>
  readonly stored: StoredSubject
  readonly admission:
    | {
        readonly object: KubeObject
        readonly rar: Rar
        readonly status: RarStatus
        readonly objects: RelationshipObjects
        readonly input: AdmissionInput | undefined
      }
    | undefined
}

/** How fresh a reading must be: the object as just fetched, and whether the governing policies are fetched too. */
export type Reading = { readonly object?: KubeObject; readonly refresh?: boolean }

/** Reads a request from the reflector and the mirror. */
export async function readSubject(ctx: Ctx, row: RequestRow, reading: Reading = {}): Promise<Subject> {
  const loaded = await policyNow(ctx)
  const policy: Facts['policy'] = loaded.ok ? { ok: true, policy: loaded.policy } : { ok: false, problem: loaded.problem }
  const stored = readStored(row.subject)
  const shared = { loaded, policy, stored }
  if (row.kind !== 'admission') return { ...shared, ...(await readProposal(ctx, row, stored, loaded)) }
  return { ...shared, ...(await readAdmission(ctx, row, stored, loaded, reading)) }
}

async function policyNow(ctx: Ctx): Promise<LoadedPolicy> {
  try {
    return await loadPolicy(ctx)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { ok: false, commit: undefined, problem: error.message }
  }
}

type Rest = Omit<Subject, 'loaded' | 'policy' | 'stored'>

async function readAdmission(ctx: Ctx, row: RequestRow, stored: StoredSubject, loaded: LoadedPolicy, reading: Reading): Promise<Rest> {
  const { objects: cached, problems } = declaredState(ctx)
  const seen = ctx.kube.get(row.group, row.resourceKind, row.namespace, row.name)
  const live = seen.state === 'down' ? undefined : seen.value
  const object = reading.object ?? (live?.metadata.uid === row.uid ? live : undefined) ?? stored.object
  if (object === undefined) throw new AppError('unavailable', 'The cluster has not been read yet. Try again in a moment.')
  const rar = readRar(object)
  const status = readRarStatus(object.status)
  const objects = reading.refresh === true ? await withFreshPolicies(ctx, cached, rar) : cached
  const served = ctx.kube.served('rar')
  const participants = participantsOf(rar, objects)
  const evaluation = evaluationOf(object, status, objects, loaded)
  const commits = await commitsOf(ctx, row, loaded, documentPath(row.cluster, object))
  const made = await meaningOf(ctx, { row, object, rar, objects, evaluation, loaded })
  return {
    participants,
    evaluation,
    sources: problems,
    contributors: loaded.ok
      ? contributorsOf(loaded.policy, { requestedBy: row.requestedBy, commits, managers: managersOf(object), editors: stored.editors })
      : [requesterOf(row)],
    permission: { verb: 'update', group: row.group, resource: served?.plural ?? 'relationshipadmissionrequests', name: row.name },
    admission: { object, rar, status, objects, input: made.ok ? made.value.input : undefined },
    digest: made.ok ? { ok: true, digest: made.value.digest } : { ok: false, problem: made.error },
    files: made.ok ? made.value.files : [],
    parts: made.ok ? made.value.parts : {},
  }
}

/** The policies that govern the participants, read from the API server: what is sealed must be what governs now. */
async function withFreshPolicies(ctx: Ctx, objects: RelationshipObjects, rar: Rar): Promise<RelationshipObjects> {
  const served = ctx.kube.served('domainPolicy')
  const sides = [rar.spec.participants?.initiator, rar.spec.participants?.counterpart].map((side) => side?.domainIdentityRef.name)
  if (served === undefined) return objects
  const policies = await Promise.all(
    objects.policies.map(async (policy) =>
      sides.includes(readDomainPolicy(policy).spec.domainIdentityRef?.name)
        ? ctx.kube.fetch(served, policy.metadata.namespace ?? '', policy.metadata.name)
        : policy,
    ),
  )
  return { ...objects, policies: policies.filter((policy) => policy !== undefined) }
}

const requesterOf = (row: RequestRow): Contributor => ({ login: row.requestedBy, name: row.requestedBy, why: 'filed the request' })

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
function evaluationOf(object: KubeObject, status: RarStatus, objects: RelationshipObjects, loaded: LoadedPolicy): Evaluation {
  const said = status.evaluation
  if (said === undefined)
    return { state: 'missing', why: `The request is not evaluated yet${status.phase === undefined ? '' : ` (phase ${status.phase})`}.` }
  const decided = readRar(object).spec.decision !== undefined
  const now = evaluate({ rar: object, objects, excludeOwn: decided, autoAdmission: loaded.ok && loaded.policy.autoAdmission.enabled })
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

type Made = {
  readonly digest: string
  readonly files: readonly RenderedFile[]
  readonly parts: Readonly<Record<string, string>>
  readonly input: AdmissionInput
}

async function meaningOf(
  ctx: Ctx,
  from: {
    readonly row: RequestRow
    readonly object: KubeObject
    readonly rar: Rar
    readonly objects: RelationshipObjects
    readonly evaluation: Evaluation
    readonly loaded: LoadedPolicy
  },
): Promise<Result<Made, string>> {
  const { row, object, rar, objects, evaluation, loaded } = from
  if (!loaded.ok) return err(loaded.problem)
  if (evaluation.state === 'missing' || evaluation.hash === undefined) return err('there is no evaluation to bind a decision to.')
  if (rar.spec.decision !== undefined) return err('a decision is already written in the cluster.')
  const { commit } = loaded.version
  const input: AdmissionInput = {
    requestId: row.id,
    cluster: row.cluster,
    rar: object,
    document: await textAt(ctx, commit, documentPath(row.cluster, object)),
    relationships: objects.relationships,
    relationshipNamespace: relationshipNamespace(ctx, rar, objects),
    evaluationHash: evaluation.hash,
  }
  const rendered = renderAdmission(input, 'Approved')
  if (!rendered.ok) return err(rendered.error)
  const taken = await firstTaken(ctx, commit, rendered.value)
  if (taken !== undefined) return err(`${taken} is already in the repository. Deciding opens when GitOps has applied it or it is removed.`)
  const verdict = evaluate({ rar: object, objects, autoAdmission: loaded.policy.autoAdmission.enabled })
  const { decision: _, ...spec } = { decision: undefined, ...asRecord(object.spec) }
  const policies = [verdict.initiator.policy, verdict.counterpart.policy]
  const files = rendered.value.map(({ path, after }) => ({ path, after }))
  return ok({
    input,
    files: rendered.value,
    digest: meaningDigest({ spec, policies, evaluationHash: evaluation.hash, files, approvalPolicy: loaded.version.digest }),
    parts: {
      'the request': digestOf(spec),
      [`the DomainPolicy of ${verdict.initiator.identity}`]: verdict.initiator.policy,
      [`the DomainPolicy of ${verdict.counterpart.identity}`]: verdict.counterpart.policy,
      'the evaluation': evaluation.hash,
      'the files to be committed': digestOf(files.map(({ path, after }) => ({ path, after: after ?? null }))),
      'vortex/policy.yaml': loaded.version.digest,
    },
  })
}

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}

/** DomainRelationships stand beside the initiator's identity; a cluster-scoped kind has no namespace. */
function relationshipNamespace(ctx: Ctx, rar: Rar, objects: RelationshipObjects): string | undefined {
  if (ctx.kube.served('domainRelationship')?.namespaced === false) return undefined
  const initiator = rar.spec.participants?.initiator.domainIdentityRef.name
  return objects.identities.find((identity) => identity.metadata.name === initiator)?.metadata.namespace
}

/** A file that would be added but is there already. */
async function firstTaken(ctx: Ctx, commit: string, files: readonly RenderedFile[]): Promise<string | undefined> {
  for (const file of files) if (file.before === undefined && (await textAt(ctx, commit, file.path)) !== undefined) return file.path
  return undefined
}

export const textAt = (ctx: Ctx, commit: string, path: string): Promise<string | undefined> =>
  atCommit(`text ${ctx.git.url} ${commit} ${path}`, async () => {
    const bytes = await ctx.git.read(commit, path)
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes)
  })

const COMMITS_MAX = 200

async function commitsOf(ctx: Ctx, row: RequestRow, loaded: LoadedPolicy, path: string): Promise<readonly GitChange[]> {
  const commit = commitOf(loaded)
  if (commit === '') return []
  const read = await atCommit(`signed log ${ctx.git.url} ${commit} ${path}`, async () => {
    const commits = await ctx.git.log({ path, limit: COMMITS_MAX })
    return Promise.all(commits.map(async (change) => ({ change, ours: await isOurs(ctx, change) })))
  })
  // The commits that carry the decision itself came after everybody who could contribute to the request.
  return read
    .filter(({ ours }) => !ours || row.state === 'open')
    .map(({ change, ours }) => (ours ? { ...change, committer: change.author } : change))
}

const commitOf = (loaded: LoadedPolicy): string => (loaded.ok ? loaded.version.commit : (loaded.commit ?? ''))

/** The portal commits for people and is nobody's contributor, but only where its own signature holds. */
const isOurs = async (ctx: Ctx, change: GitChange): Promise<boolean> =>
  change.committer.email === ctx.git.identity.email && (await ctx.git.signature(change.commit)) === 'vortex'

const managersOf = (object: KubeObject): readonly string[] =>
  (object.metadata.managedFields ?? []).flatMap(({ manager }) => (manager === undefined ? [] : [manager]))

async function readProposal(ctx: Ctx, row: RequestRow, stored: StoredSubject, loaded: LoadedPolicy): Promise<Rest> {
  const proposed = Object.entries(row.files ?? {})
  const commit = commitOf(loaded)
  const files = await Promise.all(
    proposed.map(async ([path, after]): Promise<RenderedFile> => ({
      path,
      before: commit === '' ? undefined : await textAt(ctx, commit, path),
      after,
    })),
  )
  const rendered = renderFiles(
    { requestId: row.id, fieldChanged: row.kind === 'policy' ? 'vortex/policy.yaml' : 'spec', files },
    'Approved',
  )
  const authors = await draftAuthors(ctx.db, row.id)
  const shown = rendered.map(({ path, after }) => ({ path, after }))
  // Whole files are replaced, so what stands there now is part of what people weigh.
  const replaced = files.map(({ path, before }) => ({ path, before: before ?? null }))
  return {
    participants:
      row.kind === 'policy' ? [] : [{ role: 'Initiator', identity: row.name, domain: stored.domain, problem: stored.domainProblem }],
    evaluation: {
      state: 'present',
      tier: 'Unknown',
      hash: undefined,
      findings: stored.findings.map((finding) => ({ ...finding, role: 'Initiator' })),
    },
    sources: gitProblems(ctx),
    contributors: loaded.ok
      ? contributorsOf(loaded.policy, { requestedBy: row.requestedBy, commits: [], managers: [], editors: [...authors, ...stored.editors] })
      : [requesterOf(row)],
    permission: { verb: 'update', group: row.group, resource: stored.plural ?? 'appprofiles', name: row.name },
    admission: undefined,
    files: rendered,
    digest: loaded.ok
      ? {
          ok: true,
          digest: meaningDigest({
            spec: null,
            policies: [],
            evaluationHash: undefined,
            files: shown,
            approvalPolicy: loaded.version.digest,
          }),
        }
      : { ok: false, problem: loaded.problem },
    parts: loaded.ok
      ? {
          'the files to be committed': digestOf(shown.map(({ path, after }) => ({ path, after: after ?? null }))),
          'the files in the repository': digestOf(replaced),
          'vortex/policy.yaml': loaded.version.digest,
        }
      : {},
  }
}
