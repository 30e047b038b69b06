import type { Look } from '#lib/approval/look.ts'
import type { ThreadView } from '#lib/thread/view.ts'

/** What a thread is: it blocks, it is open, or it is resolved. */
export function threadLook({ blocking, resolved }: Pick<ThreadView, 'blocking' | 'resolved'>): Look {
  if (resolved !== undefined) return { tone: 'ok', word: 'Resolved' }
  return blocking ? { tone: 'danger', word: 'Blocks approving' } : { tone: 'waiting', word: 'Open' }
}

/** An anchor in words: what of the request is meant. */
export function anchorWords(anchor: string): string {
  const [kind = '', ...rest] = anchor.split(':')
  const name = rest.join(':')
  switch (kind) {
    case 'field':
      return `field ${name}`
    case 'file':
      return `file ${name}`
    case 'condition':
      return `condition ${name}`
    default:
      return 'the request'
  }
}
