import 'server-only'
import { and, desc, eq, isNotNull } from 'drizzle-orm'
import type { PastDecision } from '#lib/policy/replay.ts'
import type { Db } from '#server/adapter/db/client.ts'
import { changeRequest, decision, requestLine } from '#server/adapter/db/schema.ts'

/** The newest decisions with what the evaluator looked at; those that the system made have no votes to try again. */
export async function pastDecisions(db: Db, limit: number): Promise<readonly PastDecision[]> {
  const rows = await db
    .select({
      id: decision.requestId,
      name: changeRequest.name,
      sealedAt: decision.sealedAt,
      outcome: decision.outcome,
      facts: decision.facts,
    })
    .from(decision)
    .innerJoin(changeRequest, eq(changeRequest.id, decision.requestId))
    .where(isNotNull(decision.facts))
    .orderBy(desc(decision.sealedAt))
    .limit(limit)
  return rows.flatMap(({ facts, sealedAt, ...row }) =>
    facts === null || facts.votes.length === 0 ? [] : [{ ...row, facts, sealedAt: sealedAt.toISOString() }],
  )
}

/** Open requests with the domains that decide them. */
export const openParties = async (
  db: Db,
): Promise<readonly { readonly id: string; readonly name: string; readonly parties: readonly string[] }[]> =>
  db
    .select({ id: requestLine.requestId, name: requestLine.name, parties: requestLine.parties })
    .from(requestLine)
    .where(eq(requestLine.state, 'open'))
    .orderBy(requestLine.createdAt)
    .limit(1_000)

/** The change of the policy file that is being decided, if there is one. */
export const openPolicyRequest = async (db: Db, cluster: string): Promise<{ readonly id: string } | undefined> =>
  (
    await db
      .select({ id: changeRequest.id })
      .from(changeRequest)
      .where(and(eq(changeRequest.kind, 'policy'), eq(changeRequest.cluster, cluster), eq(changeRequest.state, 'open')))
      .limit(1)
  )[0]
