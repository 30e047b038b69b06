import 'server-only'
import { randomUUID } from 'node:crypto'
import { headers } from 'next/headers'
import { cache } from 'react'
import { signedInViewer } from '#server/auth/viewer.ts'
import type { Ctx } from '#server/context.ts'
import { world } from '#server/world.ts'

/** One context per request, shared by the page, its components and its actions. */
export const requestCtx = cache(async (): Promise<Ctx> => {
  const requestId = (await headers()).get('x-request-id') ?? randomUUID()
  const [viewer, here] = await Promise.all([signedInViewer(), world()])
  return { ...here, viewer, requestId, now: here.database.now(), db: here.database.db }
})
