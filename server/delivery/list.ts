import 'server-only'
import { z } from 'zod'
import type { DeliveryPage } from '#lib/delivery/view.ts'
import { countDecided } from '#server/delivery/repo.ts'
import { deliveryLines } from '#server/delivery/view.ts'
import { query } from '#server/verb.ts'

const PAGE = 50

const Cursor = z.string().regex(/^\d{4}-[\d:.TZ-]+~[0-9a-f-]{36}$/)
const ListDeliveries = z.object({ only: z.enum(['open', 'done']).optional(), after: Cursor.optional() })

/** Decisions on their way to Git and the cluster, newest first, by pages. Holds names and times only, so everybody signed in may read it. */
export const listDeliveries = query({
  name: 'delivery.list',
  input: ListDeliveries,
  needs: () => ({ signedIn: true }),
  async run(ctx, { only, after }): Promise<DeliveryPage> {
    const [at, id] = after?.split('~') ?? []
    const cursor = at === undefined || id === undefined ? undefined : { at, id }
    const [rows, counts] = await Promise.all([deliveryLines(ctx, { only, after: cursor }, PAGE + 1), countDecided(ctx.db)])
    const lines = rows.slice(0, PAGE)
    const last = lines.at(-1)
    return { lines, counts, next: rows.length > PAGE && last !== undefined ? `${last.sealedAt}~${last.requestId}` : undefined }
  },
})
