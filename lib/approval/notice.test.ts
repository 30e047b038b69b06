import { describe, expect, it } from 'vitest'
import { noticeSteps, type Told, type Wanted } from '#lib/approval/notice.ts'

const wanted = (change: Partial<Wanted> = {}): Wanted => ({
  login: 'ann',
  requestId: 'r',
  kind: 'turn',
  text: 'It is your turn.',
  ...change,
})
const told = (change: Partial<Told> = {}): Told => ({
  id: 'n',
  login: 'ann',
  requestId: 'r',
  kind: 'turn',
  text: 'It is your turn.',
  ended: false,
  ...change,
})
const NOTHING = { tell: [], reword: [], end: [] }

describe('one entry per turn', () => {
  it.each<[string, readonly Wanted[], readonly Told[], Partial<ReturnType<typeof noticeSteps>>]>([
    ['a new turn is told', [wanted()], [], { tell: [wanted()] }],
    ['the same turn is not told twice', [wanted()], [told()], {}],
    [
      'other words of the same turn are not unread again',
      [wanted({ text: 'Two more.' })],
      [told()],
      { reword: [{ id: 'n', text: 'Two more.' }] },
    ],
    ['a turn that comes back is told again', [wanted()], [told({ ended: true })], { tell: [wanted()] }],
    ['a lapsed vote is told over the turn', [wanted({ kind: 'lapsed' })], [told()], { tell: [wanted({ kind: 'lapsed' })] }],
    ['a turn that is over ends', [], [told()], { end: ['n'] }],
    ['an ended one ends once', [], [told({ ended: true })], {}],
    ['an outcome does not end', [], [told({ kind: 'outcome' })], {}],
    ['a reply stays in front of a turn', [wanted()], [told({ kind: 'reply' })], {}],
    ['the turn of another person is another entry', [wanted({ login: 'ben' })], [told()], { tell: [wanted({ login: 'ben' })], end: ['n'] }],
  ])('%s', (_sentence, now, before, expected) => {
    expect(noticeSteps(now, before)).toEqual({ ...NOTHING, ...expected })
  })
  it('after its own steps nothing is left to do', () => {
    const first = noticeSteps([wanted(), wanted({ login: 'ben' })], [])
    const after = first.tell.map((one, at) => told({ ...one, id: String(at) }))
    expect(noticeSteps([wanted(), wanted({ login: 'ben' })], after)).toEqual(NOTHING)
  })
})
