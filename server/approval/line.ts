import 'server-only'
import { assess } from '#lib/approval/assess.ts'
import type { Facts } from '#lib/approval/facts.ts'
import { reachOf } from '#lib/approval/reach.ts'
import { admissionSubject } from '#lib/approval/sentence.ts'
import { readDomainRelationship } from '#lib/domain/kinds.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { storable } from '#lib/storable.ts'
import { factsOf } from '#server/approval/facts.ts'
import { type LineContent, writeLine } from '#server/approval/repo-line.ts'
import type { RequestRow } from '#server/approval/repo.ts'
import type { Subject } from '#server/approval/subject-type.ts'
import type { Ctx } from '#server/context.ts'

/** What the evaluator looks at and neither viewer nor moment changes: kept with the line of an open request. */
export type LineFacts = Pick<Subject, 'participants' | 'evaluation' | 'digest' | 'contributors' | 'permission'>

type Edge = { readonly from: string; readonly to: string }

const LINE_TITLE_MAX = 300

/** The line of a request as just read. */
export function lineOf(ctx: Pick<Ctx, 'viewer' | 'now'>, row: RequestRow, subject: Subject): LineContent {
  const { admission, participants, evaluation, digest, contributors, permission } = subject
  const facts: Facts = factsOf(ctx, row, subject, { votes: [], threads: [], words: {} })
  const { parties } = assess(facts)
  const title = admission === undefined ? (subject.stored.title ?? row.name) : admissionSubject(admission.rar, participants)
  const kept: LineFacts = { participants, evaluation, digest, contributors, permission }
  return storable({
    title: title.slice(0, LINE_TITLE_MAX),
    parties: parties.map((party) => party.domain),
    risk: admission?.status.evaluation?.riskTier ?? (evaluation.state === 'present' ? evaluation.tier : 'Unknown'),
    reach: reachOf(
      participants.map((participant) => participant.identity),
      edgesOf(admission?.objects.relationships ?? []),
    ),
    needed: parties.reduce((sum, party) => sum + party.needed, 0),
    facts: row.state === 'open' ? kept : null,
  })
}

/**
 * Keeps the line of a request in step with what was just read of it; called wherever a request is read on behalf of everybody.
 * Lists that were asked for between the change and its line are told to ask again.
 */
export async function keepLine(ctx: Ctx, row: RequestRow, subject: Subject): Promise<LineContent> {
  const content = lineOf(ctx, row, subject)
  if (await writeLine(ctx.db, row.id, content, 'newest')) await ctx.database.notify(ctx.db, 'vortex_changed', 'approvals')
  return content
}

/** The first line of a request that nobody has kept yet. What was read for a list may be older than what is kept meanwhile. */
export async function offerLine(ctx: Ctx, row: RequestRow, subject: Subject): Promise<LineContent> {
  const content = lineOf(ctx, row, subject)
  await writeLine(ctx.db, row.id, content, 'first')
  return content
}

const edges = new WeakMap<KubeObject, readonly Edge[]>()

/** The declared relationships as edges; an object is read once, however many requests are read beside it. */
const edgesOf = (relationships: readonly KubeObject[]): readonly Edge[] =>
  relationships.flatMap((object) => {
    const known = edges.get(object)
    if (known !== undefined) return known
    const { sourceIdentity: from, targetIdentity: to } = readDomainRelationship(object).spec
    const made = from === undefined || to === undefined ? [] : [{ from, to }]
    edges.set(object, made)
    return made
  })
