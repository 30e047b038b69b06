import { expect, test } from 'vitest'
import { foldKinds, LINES_MAX } from '#lib/resource/fold-kinds.ts'
import type { KindLine, Shelf } from '#lib/resource/view.ts'

const line = (shelf: Shelf, group: string, kind: string, more: Partial<KindLine> = {}): KindLine => ({
  group,
  kind,
  version: 'v1',
  shelf,
  known: undefined,
  generation: undefined,
  among: 'only',
  count: 2,
  health: { danger: 0, caution: 1, unknown: 0, ok: 1 },
  state: 'fresh',
  problem: undefined,
  ...more,
})
const strangers = (count: number, groups: number): readonly KindLine[] =>
  Array.from({ length: count }, (_, at) => line('Other kinds', `g${String(at % groups).padStart(4, '0')}.example.org`, `Kind${at}`))
const platform = Array.from({ length: 150 }, (_, at) => line('Platform', 'seam.ontai.dev', `Ours${at}`))

test('while they are few, each kind is a line, group by group', () => {
  const { lines, groups, parts } = foldKinds(strangers(LINES_MAX, 3), 1)
  expect(lines).toHaveLength(LINES_MAX)
  expect(lines.map(({ group }) => group)).toEqual(lines.map(({ group }) => group).toSorted())
  expect(groups).toEqual([])
  expect(parts).toEqual([{ shelf: 'Other kinds', kinds: LINES_MAX, groups: 3, shows: 'kinds', from: 1, to: LINES_MAX, page: 1, pages: 1 }])
})

test('of many, every group is on some page with what its kinds come to; the platform is whole on each', () => {
  const all = [...platform, ...strangers(5_000, 250), line('Other kinds', 'g0000.example.org', 'Down', { state: 'down', count: 0 })]
  const pages = [1, 2, 3].map((page) => foldKinds(all, page))
  for (const { lines, groups } of pages) {
    expect(lines).toEqual(platform)
    expect(lines.length + groups.length).toBeLessThanOrEqual(300)
  }
  const groups = pages.flatMap((page) => page.groups)
  expect(new Set(groups.map(({ group }) => group)).size).toBe(250)
  expect(groups.reduce((sum, { kinds }) => sum + kinds, 0)).toBe(5_001)
  expect(groups[0]).toMatchObject({ group: 'g0000.example.org', kinds: 21, count: 40, health: { caution: 21 }, unread: 1 })
  expect(pages[2]?.parts).toMatchObject([{ shows: 'groups', groups: 250, from: 201, to: 250, page: 3, pages: 3 }])
})

test('a group alone shows its kinds by pages, and a page too far is the last', () => {
  const all = strangers(250, 1)
  const seen = [1, 2, 3].flatMap((page) => foldKinds(all, page).lines)
  expect(new Set(seen.map(({ kind }) => kind)).size).toBe(250)
  expect(foldKinds(all, 99).parts).toMatchObject([{ shows: 'kinds', from: 201, to: 250, page: 3, pages: 3 }])
})

test('the two shelves are folded each for itself', () => {
  const { lines, groups } = foldKinds([...strangers(200, 20), line('Kubernetes', '', 'Pod')], 2)
  expect(lines.map(({ kind }) => kind)).toEqual(['Pod'])
  expect(groups).toHaveLength(20)
})
