import 'server-only'
import { meaningDigest } from '#lib/approval/digest.ts'
import { fileMeaning } from '#lib/approval/file-meaning.ts'
import type { Evaluation } from '#lib/approval/facts.ts'
import { documentPath } from '#lib/approval/paths.ts'
import { type AdmissionInput, renderAdmission, type RenderedFile } from '#lib/approval/render.ts'
import { digestOf } from '#lib/canonical.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import type { Evaluation as Verdict, RelationshipObjects } from '#lib/relationship/evaluation.ts'
import type { Rar } from '#lib/relationship/read-rar.ts'
import { err, ok, type Result } from '#lib/result.ts'
import type { RequestRow } from '#server/approval/repo.ts'
import { textAt } from '#server/approval/sources.ts'
import type { Ctx } from '#server/context.ts'
import type { LoadedPolicy } from '#server/policy/load.ts'

export type Made = {
  readonly digest: string
  readonly files: readonly RenderedFile[]
  readonly parts: Readonly<Record<string, string>>
  readonly input: AdmissionInput
}

/** What a vote on this request means now: the files with placeholders and the digest over everything that matters. */
export async function meaningOf(
  ctx: Ctx,
  from: {
    readonly row: RequestRow
    readonly object: KubeObject
    readonly rar: Rar
    readonly objects: RelationshipObjects
    readonly evaluation: Evaluation
    readonly verdict: Verdict
    readonly loaded: LoadedPolicy
  },
): Promise<Result<Made, string>> {
  const { row, object, rar, objects, evaluation, verdict, loaded } = from
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
  const { decision: _, ...spec } = { decision: undefined, ...asRecord(object.spec) }
  const policies = [verdict.initiator.policy, verdict.counterpart.policy]
  const files = rendered.value.map(({ path, after }) => ({ path, after: fileMeaning(path, after) }))
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
