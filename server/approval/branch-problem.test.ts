import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { branchProblem } from '#server/approval/branch-problem.ts'
import type { DeliveryRow } from '#server/approval/repo.ts'
import type { Ctx } from '#server/context.ts'
import { testWorld } from '#server/testing/approval-world.ts'

const ID = '6f0a6c1e-54f4-4f39-9c0e-0d7c2f6f4a11'
const DELIVERY = { branch: 'vortex/x', commit: 'c0ffee', mergeCommit: null, voidedAt: null } as DeliveryRow // safe: what is asked of it

let database: Database
beforeAll(async () => {
  database = await openDatabase('memory:')
})
afterAll(() => database.close())

/** A replica whose mirror learns of the branch by its next fetch, where the remote has one. */
function behind(remote: string | undefined): Ctx {
  const ctx = testWorld(database).ctx('james')
  let mirror: string | undefined
  return {
    ...ctx,
    git: {
      ...ctx.git,
      resolve: async () => mirror,
      fetch: async () => {
        mirror = remote
      },
    },
  }
}

it('a branch that the worker has just pushed is not called deleted by a replica that has not fetched it yet', async () => {
  expect(await branchProblem(behind('c0ffee'), ID, DELIVERY)).toBeUndefined()
  expect(await branchProblem(behind(undefined), ID, DELIVERY)).toMatch(/was deleted/)
  expect(await branchProblem(behind('decade'), ID, DELIVERY)).toMatch(/no longer stands at the sealed commit/)
})
