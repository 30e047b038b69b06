import { parse, stringify } from 'yaml'
import { addToSpec } from '#lib/approval/edit-document.ts'
import { documentPath, eventPath } from '#lib/approval/paths.ts'
import { canonicalJson } from '#lib/canonical.ts'
import { groupOf, type KubeObject } from '#lib/kube/object.ts'
import { producedRelationship } from '#lib/relationship/produced.ts'
import { remembered } from '#lib/remember.ts'
import { err, ok, type Result } from '#lib/result.ts'

/** One file of a proposal: before and after as text; no `after` deletes the path. */
export type RenderedFile = { readonly path: string; readonly before: string | undefined; readonly after: string | undefined }

/** YAML 1.1 quotes what older readers would take for a time or a switch. */
const WHOLE_STYLE = { lineWidth: 0, version: '1.1' } as const

/** What is known only when the decision is sealed (decisions.md 8). */
export type Recorded = {
  readonly approver: string
  readonly approverRole: string
  readonly approvers: string
  readonly decidedAt: string
  readonly governanceEventRef: string
  readonly rationale: string
  readonly auditEventId: string
}

/** Stand in the files that people weigh, each named after what replaces it at sealing. */
export const PLACEHOLDERS: Recorded = {
  approver: '<decision.approver>',
  approverRole: '<decision.approverRole>',
  approvers: '<decision.approvers>',
  decidedAt: '<decision.decidedAt>',
  governanceEventRef: '<decision.governanceEventRef>',
  rationale: '<decision.rationale>',
  auditEventId: '<decision.auditEventId>',
}

export type DecisionOutcome = 'Approved' | 'Rejected'

export type AdmissionInput = {
  readonly requestId: string
  readonly cluster: string
  readonly rar: KubeObject
  /** The request's own document as it stands on the main branch; undefined when nobody committed one. */
  readonly document: string | undefined
  readonly relationships: readonly KubeObject[]
  readonly relationshipNamespace: string | undefined
  readonly evaluationHash: string
}

/** Files of an admission (decisions.md 8, 10): the request with its decision, the relationship if approved, the GovernanceEvent. */
export function renderAdmission(
  input: AdmissionInput,
  outcome: DecisionOutcome,
  recorded: Recorded = PLACEHOLDERS,
): Result<readonly RenderedFile[], string> {
  const request = requestFile(input, outcome, recorded)
  if (!request.ok) return request
  const event = eventFile(input.requestId, outcome, 'spec.decision', recorded)
  return ok(outcome === 'Rejected' ? [request.value, event] : [request.value, relationshipFile(input, recorded), event])
}

/** Files of a profile or policy request: what was proposed, if approved, and the GovernanceEvent. */
export function renderFiles(
  input: { readonly requestId: string; readonly fieldChanged: string; readonly files: readonly RenderedFile[] },
  outcome: DecisionOutcome,
  recorded: Recorded = PLACEHOLDERS,
): readonly RenderedFile[] {
  const event = eventFile(input.requestId, outcome, input.fieldChanged, recorded)
  return outcome === 'Rejected' ? [event] : [...input.files, event]
}

function requestFile(input: AdmissionInput, outcome: DecisionOutcome, recorded: Recorded): Result<RenderedFile, string> {
  const { rar, document } = input
  const path = documentPath(input.cluster, rar)
  const decision = {
    outcome,
    approver: recorded.approver,
    decidedAt: recorded.decidedAt,
    governanceEventRef: recorded.governanceEventRef,
    evaluationHash: input.evaluationHash,
  }
  if (document === undefined) {
    // A fragment for server-side apply: it owns the decision only, and cannot bring a withdrawn request back to life.
    const { apiVersion, kind, metadata } = rar
    const fragment = {
      apiVersion,
      kind,
      metadata: { name: metadata.name, ...(metadata.namespace && { namespace: metadata.namespace }) },
      spec: { decision },
    }
    return ok({ path, before: undefined, after: stringify(fragment, WHOLE_STYLE) })
  }
  const edited = addToSpec(document, 'decision', decision)
  if (!edited.ok) return err(`${rar.metadata.name}: ${edited.error}.`)
  if (specOf(document) !== canonicalJson(asRecord(rar.spec)))
    return err(
      `${rar.metadata.name}: the repository and the cluster hold different specs. Deciding opens when GitOps has applied the repository.`,
    )
  return ok({ path, before: document, after: edited.value })
}

function relationshipFile(input: AdmissionInput, recorded: Recorded): RenderedFile {
  const { rar } = input
  const { manifest } = producedRelationship(rar, rar.metadata.uid ?? '', input.relationships, {
    boundAt: recorded.decidedAt,
    ...(input.relationshipNamespace !== undefined && { namespace: input.relationshipNamespace }),
  })
  // After the request in the applier's order: where the API refuses the decision, the relationship must not appear (decisions.md 11).
  const annotations = {
    'argocd.argoproj.io/sync-wave': String(waveOf(input.document) + 1),
    'config.kubernetes.io/depends-on': `${groupOf(rar)}/namespaces/${rar.metadata.namespace ?? ''}/${rar.kind}/${rar.metadata.name}`,
  }
  const object = { ...manifest, metadata: { ...manifest.metadata, annotations } }
  return { path: documentPath(input.cluster, object), before: undefined, after: stringify(object, WHOLE_STYLE) }
}

/** The GovernanceEvent of the decision; the commit that carries it is its gitRef, so the field stays absent (domain-and-app-core.md). */
function eventFile(requestId: string, outcome: DecisionOutcome, fieldChanged: string, recorded: Recorded): RenderedFile {
  const event = {
    timestamp: recorded.decidedAt,
    actor: recorded.approver,
    actorRole: recorded.approverRole,
    changeType: 'governance',
    layer: 'one',
    fieldChanged,
    newValue: outcome,
    rationale: { text: recorded.rationale, decisionAuthority: recorded.approvers },
    auditEventId: recorded.auditEventId,
  }
  return { path: eventPath(requestId), before: undefined, after: stringify(event, WHOLE_STYLE) }
}

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}

const specOf = remembered((document: string): string => canonicalJson(asRecord(asRecord(parse(document)).spec)))

const waveOf = remembered((document: string | undefined): number => {
  if (document === undefined) return 0
  const annotations = asRecord(asRecord(asRecord(parse(document)).metadata).annotations)
  const wave = Number(annotations['argocd.argoproj.io/sync-wave'] ?? 0)
  return Number.isInteger(wave) ? wave : 0
})
