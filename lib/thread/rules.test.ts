import { describe, expect, it } from 'vitest'
import { ANCHOR, blockPermit, readsThread, replyPermit, resolvePermit, speakPermit, type Speaker } from '#lib/thread/rules.ts'

const speaker = (change: Partial<Speaker> = {}): Speaker => ({
  login: 'ann',
  kind: 'person',
  entitled: false,
  contributed: false,
  hasFull: false,
  ...change,
})
const thread = (change: Partial<{ openedBy: string; blocking: boolean; resolved: boolean }> = {}) => ({
  openedBy: 'ben',
  blocking: false,
  resolved: false,
  ...change,
})

describe('a discussion', () => {
  it.each([
    ['anybody signed in speaks', {}, 'open', true],
    ['a machine does not', { kind: 'machine' }, 'open', false],
    ['nobody speaks on a denied request', {}, 'denied', false],
    ['nobody speaks on an expired request', {}, 'expired', false],
  ] as const)('%s', (_sentence, change, state, allowed) => {
    expect(speakPermit(speaker(change), state).allowed).toBe(allowed)
  })
  it.each([
    ['a passer-by neither reads nor answers', {}, false],
    ['whoever asked does', { login: 'ben' }, true],
    ['somebody with level Full does', { hasFull: true }, true],
    ['somebody who may decide does', { entitled: true }, true],
    ['whoever wrote the request does', { contributed: true }, true],
  ] as const)('what others say is reasoning: %s', (_sentence, change, allowed) => {
    expect(readsThread(speaker(change), thread())).toBe(allowed)
    expect(replyPermit(speaker(change), 'open', thread()).allowed).toBe(allowed)
    expect(replyPermit(speaker(change), 'approved', thread()).allowed).toBe(false)
  })
  it.each([
    ['a passer-by does not block', {}, false],
    ['somebody who may decide blocks', { entitled: true }, true],
    ['a contributor who is named does not', { entitled: true, contributed: true }, false],
    ['a machine does not', { entitled: true, kind: 'machine' }, false],
  ] as const)('%s', (_sentence, change, allowed) => {
    expect(blockPermit(speaker(change), 'open').allowed).toBe(allowed)
  })
  it.each([
    ['its opener resolves it', { login: 'ben' }, {}, true],
    [
      'its opener resolves a block, also when later found to have contributed',
      { login: 'ben', contributed: true },
      { blocking: true },
      true,
    ],
    ['a passer-by does not', {}, {}, false],
    ['the author resolves a question', { contributed: true }, {}, true],
    ['the author does not free the own request of a block', { contributed: true }, { blocking: true }, false],
    ['an author who is named does not either', { contributed: true, entitled: true }, { blocking: true }, false],
    ['somebody who may decide resolves a block', { entitled: true }, { blocking: true }, true],
    ['nobody resolves it twice', { login: 'ben' }, { resolved: true }, false],
  ] as const)('%s', (_sentence, who, on, allowed) => {
    expect(resolvePermit(speaker(who), 'open', thread(on)).allowed).toBe(allowed)
  })
  it.each([
    ['request', true],
    ['field:spec.interaction.protocol', true],
    ['file:clusters/x/y.yaml', true],
    ['condition:party.payments', true],
    ['condition:', false],
    ['other:x', false],
    [`field:${'x'.repeat(400)}`, false],
    ['', false],
  ])('the anchor %j', (anchor, good) => {
    expect(ANCHOR.test(anchor)).toBe(good)
  })
})
