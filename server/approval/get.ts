import 'server-only'
import { z } from 'zod'
import { NEEDS_FULL } from '#lib/access/level.ts'
import { partyViews } from '#lib/approval/party-view.ts'
import type { Rationale } from '#lib/approval/rationale.ts'
import type { RenderedFile } from '#lib/approval/render.ts'
import { requestGraph } from '#lib/approval/request-graph.ts'
import { admissionSentence, ruleAdvice } from '#lib/approval/sentence.ts'
import { findingsOf } from '#lib/approval/standing.ts'
import { boundedView } from '#lib/bounded.ts'
import type { FileView, RequestView, VoteView } from '#lib/approval/view.ts'
import { fieldDiff, fieldsOf } from '#lib/history/field-diff.ts'
import { RULE_TEXT } from '#lib/relationship/rules.ts'
import { hasFullForAny } from '#server/access/level.ts'
import { type Seen, seeOne } from '#server/approval/read.ts'
import { requestHistory } from '#server/approval/request-history.ts'
import { deliveriesOf, sealedFilesOf, type VoteRow } from '#server/approval/repo.ts'
import { rivalsFor } from '#server/approval/rivals.ts'
import { textAt } from '#server/approval/sources.ts'
import { syncRequest } from '#server/approval/sync.ts'
import { undoState } from '#server/approval/undo-state.ts'
import type { Ctx } from '#server/context.ts'
import { deliveryOf } from '#server/delivery/view.ts'
import { headOf } from '#server/policy/load.ts'
import { query } from '#server/verb.ts'

/** One request as the viewer may see it, with what the viewer may do now: the answer of the evaluator that will accept the vote. */
export const getRequest = query({
  name: 'approval.get',
  input: z.object({ id: z.uuid() }),
  needs: () => ({ signedIn: true }),
  machine: true,
  async run(ctx, { id }): Promise<RequestView> {
    const seen = await seeOne(ctx, await syncRequest(ctx, id, { fresh: false }))
    const reasons = await mayReadReasons(ctx, seen)
    const [files, history, delivery, rivals, undo] = await Promise.all([
      filesOf(ctx, seen, reasons),
      requestHistory(ctx, seen.row, seen.subject, reasons),
      deliveryOf(ctx, id),
      rivalsFor(ctx, seen.row),
      undoState(ctx, seen.row),
    ])
    return boundedView(viewOf(ctx, seen, { reasons, files, history, delivery, rivals, undo }))
  },
})

/** Rationale is for Full only (retrieval.md 3); Full in one party's domain is enough for a decision that concerns it. */
export function mayReadReasons(ctx: Ctx, { subject, row }: Pick<Seen, 'subject' | 'row'>): Promise<boolean> {
  const { group, resource } = subject.permission
  return hasFullForAny(ctx, subject.participants, { verb: 'get', group, resource, name: row.name })
}

type Parts = {
  readonly reasons: boolean
  readonly files: readonly FileView[]
  readonly history: Awaited<ReturnType<typeof requestHistory>>
  readonly delivery: RequestView['delivery']
  readonly rivals: RequestView['rivals']
  readonly undo: RequestView['undo']
}

function viewOf(ctx: Ctx, seen: Seen, { reasons, files, history, delivery, rivals, undo }: Parts): RequestView {
  const { row, subject, facts, now } = seen
  const { admission, digest, loaded } = subject
  const votes = seen.votes.map((vote) => voteView(vote, facts.votes, reasons || vote.login === ctx.viewer.login))
  const isOpen = row.state === 'open'
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    namespace: row.namespace,
    state: row.state,
    ref: { cluster: row.cluster, group: row.group, kind: row.resourceKind, namespace: row.namespace, name: row.name },
    sentence: admission === undefined ? (subject.stored.title ?? row.name) : admissionSentence(admission.rar, subject.participants),
    requestedBy: row.requestedBy,
    createdAt: row.createdAt.toISOString(),
    decideBy: row.decideBy?.toISOString(),
    phase: row.state === 'withdrawn' ? 'Withdrawn' : admission?.status.phase,
    justification: admission?.rar.spec.justification ?? subject.stored.justification,
    description: admission?.rar.spec.interaction?.description,
    interaction: interactionRows(seen),
    parties: partyViews({
      participants: subject.participants,
      findings: findingsOf(facts),
      evaluated: subject.evaluation.state === 'present' && row.kind !== 'undo',
      objects: admission?.objects,
      now,
    }),
    rivals: row.state === 'open' || row.state === 'approved' ? rivals : [],
    risk: riskOf(seen),
    assessment: adviceOf(seen, history.similar),
    graph: graphOf(seen),
    files,
    digest: isOpen && digest.ok ? digest.digest : undefined,
    digestProblem: isOpen && !digest.ok ? digest.problem : undefined,
    policyVersion: loaded.ok ? loaded.version.commit : undefined,
    conditions: now.conditions,
    contributors: subject.contributors.map(({ login, name, why }) => ({
      login: login ?? name,
      why: login === undefined ? `${why}; the policy file does not say who this is` : why,
    })),
    votes,
    yourVote: votes.findLast((vote) => vote.login === ctx.viewer.login),
    may: now.may,
    undo,
    decision: seen.decision && {
      outcome: seen.decision.outcome,
      sealedAt: seen.decision.sealedAt.toISOString(),
      sealedBy: seen.decision.sealedBy,
      approvers: seen.decision.approvers,
      digest: seen.decision.digest,
      ledgerSeq: seen.decision.ledgerSeq,
    },
    delivery,
    history: history.lines,
  }
}

function voteView(vote: VoteRow, standing: Seen['facts']['votes'], readable: boolean): VoteView {
  const { login, verdict, at, digest } = vote
  // The evaluator's state of the vote: a lapse is shown at once, also before the worker has written it.
  const state =
    standing.find((one) => one.login === login && one.digest === digest && one.state === 'lapsed' && vote.state === 'counted')?.state ??
    vote.state
  const rationale: Rationale = readable ? vote.rationale : { checked: NEEDS_FULL, acceptable: NEEDS_FULL, undo: NEEDS_FULL }
  return { login, verdict, state, at: at.toISOString(), rationale, cause: vote.cause ?? undefined }
}

const interactionRows = ({ subject }: Seen): RequestView['interaction'] =>
  [...fieldsOf(subject.admission?.rar.spec.interaction ?? {})]
    .filter(([field]) => field !== 'description')
    .map(([field, value]) => ({ field, value }))

function riskOf({ subject }: Seen): RequestView['risk'] {
  const said = subject.admission?.status.evaluation
  return {
    tier: said?.riskTier ?? 'Unknown',
    reasons: (said?.riskReasons ?? []).map((rule) => ({ rule, text: isRule(rule) ? RULE_TEXT[rule] : 'A rule this portal does not know' })),
    evaluatedAt: said?.evaluatedAt,
    evaluationHash: said?.evaluationHash,
  }
}

const isRule = (rule: string): rule is keyof typeof RULE_TEXT => Object.hasOwn(RULE_TEXT, rule)

function adviceOf({ subject, facts }: Seen, similar: number): RequestView['assessment'] {
  const names = new Set(subject.participants.map(({ identity }) => identity))
  const relationships = subject.admission?.objects.relationships ?? []
  const neighbours = relationships.filter(({ spec }) =>
    [...fieldsOf(spec)].some(([field, value]) => /^(source|target)Identity$/.test(field) && names.has(value)),
  ).length
  const tier = subject.evaluation.state === 'present' ? subject.evaluation.tier : 'Unknown'
  return {
    by: 'Rules of this portal, no model',
    lines: ruleAdvice({ findings: findingsOf(facts), tier, rar: subject.admission?.rar, neighbours, similar }),
  }
}

function graphOf({ subject, row }: Seen): RequestView['graph'] {
  const [initiator, counterpart] = subject.participants
  const type = subject.admission?.rar.spec.interaction?.relationshipType
  if (subject.admission === undefined || initiator === undefined || counterpart === undefined || type === undefined)
    return { nodes: [], edges: [], hidden: 0 }
  const { relationships, boundaries, identities } = subject.admission.objects
  const proposed = row.state === 'open' || row.state === 'approved'
  return requestGraph({ from: initiator.identity, to: counterpart.identity, type, proposed, relationships, boundaries, identities })
}

/** The proposal while it is open; the sealed bytes afterwards, against the commit they were proposed on. */
async function filesOf(ctx: Ctx, { row, subject, decision }: Seen, reasons: boolean): Promise<readonly FileView[]> {
  if (decision === undefined) return subject.files.map(fileView)
  const [delivery] = await deliveriesOf(ctx.db, [row.id])
  const head = headOf(subject.loaded)
  const change =
    typeof delivery?.commit === 'string' ? (await ctx.git.log({ ref: delivery.commit, limit: 1 }).catch(() => []))[0] : undefined
  const base = change?.parents[0] ?? head
  const files = await sealedFilesOf(ctx.db, row.id)
  return Promise.all(
    files.map(async ({ path, bytes }) => {
      const before = base === undefined ? undefined : await textAt(ctx, base, path).catch(() => undefined)
      const text = bytes === null ? undefined : new TextDecoder().decode(bytes)
      const after = path.startsWith('governance/events/') && !reasons ? text && `# ${NEEDS_FULL}\n` : text
      return fileView({ path, before, after })
    }),
  )
}

const fileView = ({ path, before, after }: RenderedFile): FileView => ({
  path,
  before,
  after,
  change: before === undefined ? 'added' : after === undefined ? 'deleted' : 'modified',
  fields: before === undefined ? [] : fieldDiff(before, after),
})
