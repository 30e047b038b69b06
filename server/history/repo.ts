import 'server-only'
import { and, desc, eq, lt } from 'drizzle-orm'
import type { ResourceRef } from '#lib/kube/ref.ts'
import type { Db } from '#server/adapter/db/client.ts'
import { changeRequest, ledger } from '#server/adapter/db/schema.ts'

export type LedgerRow = typeof ledger.$inferSelect

/** Ledger entries newest first, of one subject or of all, below a sequence number. */
export const ledgerRows = async (
  db: Db,
  filter: { readonly subject?: string; readonly before?: number | undefined },
  limit: number,
): Promise<readonly LedgerRow[]> =>
  db
    .select()
    .from(ledger)
    .where(
      and(
        filter.subject === undefined ? undefined : eq(ledger.subject, filter.subject),
        filter.before === undefined ? undefined : lt(ledger.seq, filter.before),
      ),
    )
    .orderBy(desc(ledger.seq))
    .limit(limit)

/** The newest change request about an object. */
export async function requestOf(db: Db, ref: ResourceRef): Promise<string | undefined> {
  const { cluster, group, kind, namespace, name } = ref
  const same = [eq(changeRequest.cluster, cluster), eq(changeRequest.group, group), eq(changeRequest.resourceKind, kind)]
  const [row] = await db
    .select({ id: changeRequest.id })
    .from(changeRequest)
    .where(and(...same, eq(changeRequest.namespace, namespace), eq(changeRequest.name, name)))
    .orderBy(desc(changeRequest.createdAt))
    .limit(1)
  return row?.id
}
