import 'server-only'
import type { KubeObject } from '#lib/kube/object.ts'
import type { Seen } from '#lib/recorder/record.ts'

/** A whole kind as it stood at one time: it is compared with what was recorded. */
export type Listing = {
  readonly group: string
  readonly kind: string
  readonly at: number
  readonly objects: readonly KubeObject[]
}
/** A kind that was not watched between two times. */
export type Gap = { readonly group: string; readonly kind: string; readonly since: number; readonly until: number }

export type Item =
  | { readonly type: 'seen'; readonly seen: Seen }
  | { readonly type: 'gap'; readonly gap: Gap }
  | { readonly type: 'listing'; readonly listing: Listing }

export type Queue = {
  /** False when there is no room: nothing was kept, and what was in it is gone as well. */
  readonly push: (item: Item) => boolean
  /** What is first in it, up to so many items and characters: listings come alone. */
  readonly first: (items: number, characters: number) => readonly Item[]
  /** Takes away what was written. */
  readonly drop: (items: number) => void
  readonly clear: () => void
  readonly length: () => number
}

const sizeOf = (item: Item): number => (item.type === 'seen' ? item.seen.state.length + 500 : 100)

/** A queue that holds so many items and so many characters and no more: a database that is away must not cost the process its memory. */
export function createQueue(itemsMax: number, charactersMax: number): Queue {
  let items: Item[] = []
  let start = 0
  let characters = 0
  const clear = (): void => {
    items = []
    start = 0
    characters = 0
  }
  return {
    clear,
    length: () => items.length - start,
    push: (item) => {
      if (items.length - start >= itemsMax || characters >= charactersMax) {
        clear()
        return false
      }
      items.push(item)
      characters += sizeOf(item)
      return true
    },
    first: (atMost, atMostCharacters) => {
      const found: Item[] = []
      let size = 0
      for (let at = start; at < items.length && found.length < atMost; at += 1) {
        const item = items[at]
        if (item === undefined || (item.type === 'listing' && found.length > 0)) break
        size += sizeOf(item)
        if (size > atMostCharacters && found.length > 0) break
        found.push(item)
        if (item.type === 'listing') break
      }
      return found
    },
    drop: (count) => {
      for (let at = start; at < start + count; at += 1) {
        const item = items[at]
        if (item !== undefined) characters -= sizeOf(item)
      }
      start += count
      if (start > 1024 && start * 2 > items.length) {
        items = items.slice(start)
        start = 0
      }
    },
  }
}
