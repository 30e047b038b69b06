import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

test('a change of daylight-saving time moves no deadline: five days are five times 24 hours, and instants are told in UTC', () => {
  // The hour that Berlin skips (2026-03-29), and the one that it has twice (2026-10-25).
  const code = `import { exactWords, relativeWords } from '#components/ui/time-words.ts'
    for (const asked of [Date.UTC(2026, 2, 27, 12), Date.UTC(2026, 9, 23, 12)])
      process.stdout.write(relativeWords(asked + 5 * 86_400_000, asked) + ' ' + exactWords(asked + 5 * 86_400_000) + ' ')`
  for (const TZ of ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC'])
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', code], { env: { TZ, NODE_ENV: 'test' }, encoding: 'utf8' })).toBe(
      'in 5 d 2026-04-01 12:00:00Z in 5 d 2026-10-28 12:00:00Z ',
    )
})

test('the hour that a zone has twice is told as two, each with its zone', () => {
  const code = `import { exactWords } from '#components/ui/time-words.ts'
    process.stdout.write([Date.UTC(2026, 9, 25, 0, 30), Date.UTC(2026, 9, 25, 1, 30)].map(exactWords).join(' '))`
  expect(
    execFileSync(process.execPath, ['--input-type=module', '-e', code], {
      env: { TZ: 'Europe/Berlin', NODE_ENV: 'test' },
      encoding: 'utf8',
    }),
  ).toBe('2026-10-25 00:30:00Z 2026-10-25 01:30:00Z')
})
