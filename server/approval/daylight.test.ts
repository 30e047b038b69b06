import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

// In a process of its own: the zone is the process's, and other tests run beside.
const script = `
import { PolicyFile } from '#lib/policy/policy.ts'
import { executeUntil } from '#lib/policy/rights.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { insertRequest, loadRequest } from '#server/approval/repo.ts'

const at = (text) => new Date(text)
const policy = PolicyFile.parse({ schema: 'vortex-policy/1', clocks: { executeBy: 'PT72H' } })
const told = {}
const database = await openDatabase('memory:')
for (const TZ of ['Europe/Berlin', 'America/New_York']) {
  process.env.TZ = TZ
  const ends = ['2026-03-07T12:00:00Z', '2026-03-28T12:00:00Z', '2026-10-24T12:00:00Z', '2026-10-31T12:00:00Z'].map((sealed) =>
    new Date(executeUntil(policy, at(sealed).getTime())).toISOString(),
  )
  const kept = []
  // The hour that each zone has twice: Berlin in October, New York in November.
  for (const decideBy of ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z'].map(at)) {
    const id = crypto.randomUUID()
    const named = { group: '', resourceKind: '', namespace: '', name: '', requestedBy: '', cluster: '', uid: id }
    const times = { createdAt: decideBy, updatedAt: decideBy, decideBy }
    await insertRequest(database.db, { id, kind: 'admission', state: 'open', subject: {}, ...named, ...times })
    kept.push((await loadRequest(database.db, id)).decideBy.toISOString())
  }
  told[TZ] = { hour: at('2026-10-25T00:30:00Z').getHours(), ends, kept }
}
await database.close()
process.stdout.write(JSON.stringify(told))
`

it('72 hours over a change of daylight-saving time are 72 hours, and the hour that a zone has twice is kept apart', () => {
  const said = execFileSync(process.execPath, ['--conditions=react-server', '--input-type=module', '-e', script], {
    env: { NODE_ENV: 'test' },
    encoding: 'utf8',
  })
  const same = {
    ends: ['2026-03-10T12:00:00.000Z', '2026-03-31T12:00:00.000Z', '2026-10-27T12:00:00.000Z', '2026-11-03T12:00:00.000Z'],
    kept: ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z', '2026-11-01T05:30:00.000Z', '2026-11-01T06:30:00.000Z'],
  }
  expect(JSON.parse(said)).toEqual({ 'Europe/Berlin': { hour: 2, ...same }, 'America/New_York': { hour: 20, ...same } })
})
