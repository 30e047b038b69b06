import type { OutlineRow } from '#lib/topology/outline.ts'

/** What a key does in the tree: move to a row, open or close one, or look from a node. */
export type OutlineMove =
  | { readonly do: 'go'; readonly key: string }
  | { readonly do: 'open' | 'close'; readonly key: string }
  | { readonly do: 'open-all'; readonly keys: readonly string[] }
  | { readonly do: 'focus'; readonly node: string }

/**
 * Keys of a tree as the ARIA practices say: arrows, Home, End, `*`, Enter, and type-ahead. `typed` is what was typed so far.
 * Undefined: the key means nothing here and the browser has it.
 */
export function outlineMove(
  rows: readonly OutlineRow[],
  active: string | undefined,
  open: ReadonlySet<string>,
  pressed: string,
  typed = '',
): OutlineMove | undefined {
  const at = Math.max(
    0,
    rows.findIndex((row) => row.item.key === active),
  )
  const row = rows[at]
  if (!row) return undefined
  const go = (to: OutlineRow | undefined): OutlineMove | undefined => to && { do: 'go', key: to.item.key }
  const hasChildren = row.item.children.length > 0
  const isOpen = hasChildren && open.has(row.item.key)
  switch (pressed) {
    case 'ArrowDown':
      return go(rows[at + 1])
    case 'ArrowUp':
      return go(rows[at - 1])
    case 'Home':
      return go(rows[0])
    case 'End':
      return go(rows.at(-1))
    case 'ArrowRight':
      if (!hasChildren) return undefined
      return isOpen ? go(rows[at + 1]) : { do: 'open', key: row.item.key }
    case 'ArrowLeft':
      if (isOpen) return { do: 'close', key: row.item.key }
      return row.parent === undefined ? undefined : { do: 'go', key: row.parent }
    case '*':
      return { do: 'open-all', keys: rows.filter((one) => one.parent === row.parent).map((one) => one.item.key) }
    case 'Enter':
      if (row.item.node) return { do: 'focus', node: row.item.node.id }
      return hasChildren ? { do: isOpen ? 'close' : 'open', key: row.item.key } : undefined
    default:
      return pressed.length === 1 && pressed !== ' ' ? go(typeAhead(rows, at, `${typed}${pressed}`)) : undefined
  }
}

/** The next row that begins with what was typed; one letter again and again goes round. */
function typeAhead(rows: readonly OutlineRow[], at: number, typed: string): OutlineRow | undefined {
  const letters = new Set(typed)
  const needle = (letters.size === 1 ? (typed[0] ?? '') : typed).toLowerCase()
  const from = needle.length === 1 ? at + 1 : at
  const turned = [...rows.slice(from), ...rows.slice(0, from)]
  return turned.find((row) => row.item.text.toLowerCase().startsWith(needle))
}
