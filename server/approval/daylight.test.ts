import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { PolicyFile } from '#lib/policy/policy.ts'
import { executeUntil } from '#lib/policy/rights.ts'
import type { Database } from '#server/adapter/db/client.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { insertRequest, loadRequest } from '#server/approval/repo.ts'

let database: Database
beforeAll(async () => {
  database = await openDatabase('memory:')
})
afterAll(() => database.close())

const policy = PolicyFile.parse({ schema: 'vortex-policy/1', clocks: { executeBy: 'PT72H' } })

/** Keeps a request with this time to decide and reads it back. */
async function kept(decideBy: Date): Promise<Date | null | undefined> {
  const id = randomUUID()
  const named = { group: '', resourceKind: '', namespace: '', name: '', requestedBy: '', cluster: '', uid: id }
  const times = { createdAt: decideBy, updatedAt: decideBy, decideBy }
  await insertRequest(database.db, { id, kind: 'admission', state: 'open', subject: {}, ...named, ...times })
  return (await loadRequest(database.db, id))?.decideBy
}

describe.each([
  // The hour of the day tells that the process is in the zone.
  {
    zone: 'Europe/Berlin',
    hour: 2,
    changes: ['2026-03-28T12:00:00Z', '2026-10-24T12:00:00Z'],
    twice: ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'],
  },
  {
    zone: 'America/New_York',
    hour: 1,
    changes: ['2026-03-07T12:00:00Z', '2026-10-31T12:00:00Z'],
    twice: ['2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z'],
  },
])('a process in $zone', ({ zone, hour, changes, twice }) => {
  beforeAll(() => {
    vi.stubEnv('TZ', zone)
  })
  afterAll(() => {
    vi.unstubAllEnvs()
  })

  it('takes 72 hours over a change of daylight-saving time as 72 hours', () => {
    for (const sealed of changes.map((text) => new Date(text))) {
      const end = new Date(executeUntil(policy, sealed.getTime()) ?? Number.NaN)
      expect(end.getTime() - sealed.getTime()).toBe(259_200_000)
      expect(end.getHours(), 'the clock on the wall changed meanwhile').not.toBe(sealed.getHours())
    }
  })

  it('keeps the hour that comes twice apart', async () => {
    const both = twice.map((text) => new Date(text))
    expect(both.map((one) => one.getHours())).toEqual([hour, hour])
    expect([await kept(both[0] ?? new Date(0)), await kept(both[1] ?? new Date(0))]).toEqual(both)
  })
})
