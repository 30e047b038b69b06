import { z } from 'zod'
import type { RequestKind } from '#lib/approval/request.ts'
import { type AppliedFile, covers } from '#lib/delivery/document.ts'
import { keepsRemoved } from '#lib/delivery/removed.ts'
import { conditionsOf, type KubeObject } from '#lib/kube/object.ts'

/** One sealed document beside what the API server has for it now, and beside the document it was decided to replace. */
export type LiveFile = { readonly file: AppliedFile; readonly live: KubeObject | undefined; readonly before: AppliedFile | undefined }

/** What the applier says it could not apply, by path. */
export type AppliedReport = { readonly refused: readonly { readonly path: string; readonly message: string }[] }

export type Observation = {
  /** Instant (ISO) since when the cluster has what was sealed. */
  readonly applied: string | undefined
  readonly admitted: string | undefined
  /** What stands in the way and needs a person, in words. */
  readonly problem: string | undefined
  /** What it waits for, when nothing is wrong. */
  readonly waits: string
}

export type Observed = {
  readonly kind: RequestKind
  readonly outcome: 'Approved' | 'Rejected'
  readonly files: readonly LiveFile[]
  readonly report: AppliedReport | undefined
  readonly mergeCommit: string
  /** Instant (ISO) that stands for "now" where the cluster names none. */
  readonly now: string
}

const Decision = z.looseObject({ evaluationHash: z.string().optional(), outcome: z.string().optional() })
const RarSpec = z.looseObject({ decision: Decision.optional() })
const RarStatus = z.looseObject({
  phase: z.string().optional(),
  admittedAt: z.string().optional(),
  evaluation: z.looseObject({ evaluationHash: z.string().optional() }).optional(),
})
const Ready = z.looseObject({ ready: z.boolean().optional() })

const RAR = 'RelationshipAdmissionRequest'
const short = (hash: string | undefined): string => hash?.replace(/^sha256:/, '').slice(0, 8) ?? 'nothing'

/** Compares what was sealed with what the API server has. Never from our own intent (decisions.md 18). */
export function observe(facts: Observed): Observation {
  switch (facts.kind) {
    case 'policy':
      return { applied: facts.now, admitted: facts.now, problem: undefined, waits: '' }
    case 'profile':
      return observeProfile(facts)
    case 'undo':
      return observeUndo(facts)
    case 'admission':
      return observeAdmission(facts)
  }
}

function observeProfile(facts: Observed): Observation {
  const open = facts.files.filter((one) => !isApplied(one))
  if (open.length > 0) return notApplied(facts, open)
  const applied = latestWrite(facts.files) ?? facts.now
  if (facts.outcome === 'Rejected') return { applied, admitted: applied, problem: undefined, waits: '' }
  const profile = facts.files.find(({ file }) => file.kind === 'AppProfile')?.live
  const ready = profile !== undefined && Ready.safeParse(profile.status).data?.ready === true
  const since = profile && conditionsOf(profile).find(({ type }) => type === 'Ready')?.lastTransitionTime
  return {
    applied,
    admitted: ready ? (since ?? facts.now) : undefined,
    problem: undefined,
    waits: 'Waits for the platform to set the profile ready.',
  }
}

/** What was taken back is gone or as it was before: nothing else follows from it, so applied is all there is. */
function observeUndo(facts: Observed): Observation {
  const open = facts.files.filter((one) => !isApplied(one))
  if (open.length > 0) return notApplied(facts, open)
  const applied = latestWrite(facts.files) ?? facts.now
  return { applied, admitted: applied, problem: undefined, waits: '' }
}

function observeAdmission(facts: Observed): Observation {
  const request = facts.files.find(({ file }) => file.kind === RAR)
  const sealed = RarSpec.safeParse(request?.file.object?.['spec']).data?.decision
  const live = request?.live
  if (request === undefined || sealed === undefined)
    return { applied: undefined, admitted: undefined, problem: 'The sealed files hold no request with a decision.', waits: '' }
  if (live === undefined) return waiting('The request is not in the cluster. It waits for GitOps, or somebody deleted it.')
  const status = RarStatus.safeParse(live.status).data
  const decision = RarSpec.safeParse(live.spec).data?.decision
  if (decision !== undefined && !covers(decision, sealed))
    return {
      applied: undefined,
      admitted: undefined,
      problem: 'The request in the cluster carries another decision than the sealed one.',
      waits: '',
    }
  if (decision === undefined) {
    const now = status?.evaluation?.evaluationHash
    const moved = facts.outcome === 'Approved' && now !== undefined && now !== sealed.evaluationHash
    if (moved)
      return {
        applied: undefined,
        admitted: undefined,
        problem: `Merged, refused: evaluation changed. Approved on ${short(sealed.evaluationHash)}, now ${short(now)}; the API server does not take the decision (rule R3). ${revertText(facts.mergeCommit)}`,
        waits: '',
      }
    return notApplied(facts, [request])
  }
  const applied = latestWrite([request]) ?? facts.now
  return { applied, ...admissionOf(facts, live, status) }
}

function admissionOf(
  facts: Observed,
  live: KubeObject,
  status: z.output<typeof RarStatus> | undefined,
): Pick<Observation, 'admitted' | 'problem' | 'waits'> {
  const phase = status?.phase
  const stale = conditionsOf(live).find(({ reason }) => reason === 'StaleApproval')
  if (stale !== undefined)
    return {
      admitted: undefined,
      problem: `Rejected by guardian, StaleApproval: the evaluation changed between merge and apply. ${revertText(facts.mergeCommit)}`,
      waits: '',
    }
  if (facts.outcome === 'Rejected')
    return phase === 'Rejected'
      ? { admitted: settledAt(live) ?? facts.now, problem: undefined, waits: '' }
      : { admitted: undefined, problem: undefined, waits: 'Waits for guardian to set the request to Rejected.' }
  if (phase === 'Rejected')
    return {
      admitted: undefined,
      problem: `Guardian rejected the request although it was approved. ${revertText(facts.mergeCommit)}`,
      waits: '',
    }
  const missing = facts.files.filter(({ file, live: there }) => file.kind === 'DomainRelationship' && there === undefined)
  if (missing.length > 0 && facts.report !== undefined) {
    const refusal = refusalOf(facts, missing)
    if (refusal !== undefined) return { admitted: undefined, problem: refusal, waits: '' }
  }
  if (phase !== 'Admitted') return { admitted: undefined, problem: undefined, waits: 'Waits for guardian to admit the request.' }
  if (missing.length > 0) return { admitted: undefined, problem: undefined, waits: 'Admitted. Waits for the DomainRelationship to appear.' }
  return { admitted: status?.admittedAt ?? settledAt(live) ?? facts.now, problem: undefined, waits: '' }
}

const waiting = (waits: string): Observation => ({ applied: undefined, admitted: undefined, problem: undefined, waits })

function notApplied(facts: Observed, open: readonly LiveFile[]): Observation {
  const problem = refusalOf(facts, open)
  if (problem !== undefined) return { applied: undefined, admitted: undefined, problem, waits: '' }
  return waiting(`Waits for GitOps to apply ${open.length === 1 ? (open[0]?.file.path ?? '') : `${open.length} files`}.`)
}

function refusalOf(facts: Observed, open: readonly LiveFile[]): string | undefined {
  const refused = facts.report?.refused.find(({ path }) => open.some(({ file }) => file.path === path))
  return (
    refused &&
    `Merged, refused: GitOps could not apply ${refused.path}: ${refused.message.replace(/\.?$/, '.')} ${revertText(facts.mergeCommit)}`
  )
}

const revertText = (commit: string): string => `To undo the merge: git revert -m 1 ${commit}, then file a new request.`

function isApplied({ file, live, before }: LiveFile): boolean {
  if (file.object === undefined || live === undefined) return file.object === undefined && live === undefined
  const sealed = file.object['spec']
  if (!covers(live.spec, sealed)) return false
  return !keepsRemoved(live.spec, { before: before?.object?.['spec'], sealed, managers: live.metadata.managedFields ?? [] })
}

/** Latest time at which a field manager wrote anything but status; a later unrelated write only moves it forward. */
function latestWrite(files: readonly LiveFile[]): string | undefined {
  const times = files.flatMap(({ live }) =>
    (live?.metadata.managedFields ?? []).flatMap(({ subresource, time }) =>
      subresource === undefined && time !== undefined ? [time] : [],
    ),
  )
  return times.toSorted().at(-1)
}

const settledAt = (live: KubeObject): string | undefined =>
  conditionsOf(live).find(({ type }) => type === 'Admitted' || type === 'Approved')?.lastTransitionTime
