import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { AppError } from '#lib/error.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { changeRequest, outbox } from '#server/adapter/db/schema.ts'
import type { World } from '#server/context.ts'
import { backoff } from '#server/outbox/backoff.ts'
import { testWorld } from '#server/testing/approval-world.ts'
import { startWorker } from './worker.ts'

test('waits double, are spread by chance, and never pass two minutes', () => {
  expect([1, 2, 3].map((attempts) => backoff(attempts, 1))).toEqual([1_000, 2_000, 4_000])
  expect(backoff(3, 0)).toBe(2_000)
  expect(backoff(400, 1)).toBe(120_000)
})

test('the worker wakes for new work, goes on while a source fails, and ends when it is told', async () => {
  const database = await openDatabase('memory:')
  const here = testWorld(database).ctx('system', 'system')
  const silent = async (): Promise<void> => {
    throw new AppError('unavailable', 'Git does not answer.')
  }
  const world: World = { ...here, git: { ...here.git, fetch: silent } }
  const stop = await startWorker(world)
  const at = new Date()
  const id = randomUUID()
  await database.db.insert(changeRequest).values({
    id,
    kind: 'profile',
    cluster: 'ccs-mgmt',
    uid: id,
    group: 'app.ontai.dev',
    resourceKind: 'AppProfile',
    namespace: 'payments',
    name: 'fx',
    state: 'approved',
    requestedBy: 'priya',
    subject: {},
    createdAt: at,
    updatedAt: at,
  })
  await database.db.insert(outbox).values({ kind: 'git.propose', requestId: id, payload: {}, createdAt: at, nextAt: at })
  await database.notify(database.db, 'vortex_outbox', id)
  const row = async () => (await database.db.select().from(outbox).where(eq(outbox.requestId, id)))[0]
  for (let tries = 0; tries < 100 && (await row())?.doneAt === null; tries += 1) await pause(100)
  expect(await row()).toMatchObject({ doneAt: expect.any(Date), problem: expect.stringContaining('no sealed decision') })
  await stop()
  await database.close()
})
