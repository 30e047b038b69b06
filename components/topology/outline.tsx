'use client'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { BINDING_WORD, EVIDENCE_WORD } from '#components/topology/words.ts'
import { Mark } from '#components/ui/mark.tsx'
import { Visible } from '#components/ui/visible.tsx'
import { visibleText } from '#components/ui/visible-text.ts'
import { BINDING_TONE } from '#lib/topology/graph.ts'
import { outlineMove } from '#lib/topology/outline-keys.ts'
import { type OutlineItem, type OutlineRow, outlineRows } from '#lib/topology/outline.ts'

type Props = {
  readonly items: readonly OutlineItem[]
  readonly selected: string | undefined
  readonly onSelect: (node: string) => void
  readonly onFocusNode: (node: string) => void
}

const TYPE_MS = 600
const OPEN_BY_DEFAULT = (item: OutlineItem): boolean => item.row === 'heading' && item.key !== 'far'

/** The same graph as a tree, for the keyboard and the screen reader; what is selected here is selected in the canvas (ui.md 5.8). */
export function Outline({ items, selected, onSelect, onFocusNode }: Props) {
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map())
  const [active, setActive] = useState<string>()
  const tree = useRef<HTMLDivElement>(null)
  const typed = useRef({ text: '', at: 0 })
  const open = openKeys(items, toggled)
  const rows = outlineRows(items, open)
  const current = rows.find((row) => row.item.key === active) ?? rows.find((row) => row.item.key === selected) ?? rows[0]
  const setOpen = (keys: readonly string[], value: boolean): void =>
    setToggled((before) => new Map([...before, ...keys.map((key) => [key, value] as const)]))

  useReveal(tree, items, selected, current?.item.node?.id, (heading, key) => {
    if (!open.has(heading)) setOpen([heading], true)
    setActive(key)
  })

  const go = (key: string): void => {
    setActive(key)
    const row = rows.find((one) => one.item.key === key)
    if (row?.item.node) onSelect(row.item.node.id)
    rowElement(tree.current, key)?.focus()
  }
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const text = event.timeStamp - typed.current.at < TYPE_MS ? typed.current.text : ''
    const move = outlineMove(rows, current?.item.key, open, event.key, text)
    if (event.key.length === 1) typed.current = { text: `${text}${event.key}`, at: event.timeStamp }
    if (!move) return
    event.preventDefault()
    if (move.do === 'go') go(move.key)
    else if (move.do === 'focus') onFocusNode(move.node)
    else if (move.do === 'open-all') setOpen(move.keys, true)
    else setOpen([move.key], move.do === 'open')
  }

  return (
    <div
      ref={tree}
      role="tree"
      tabIndex={-1}
      aria-label="Outline of the topology"
      onKeyDown={press}
      className="min-h-0 flex-1 overflow-y-auto py-1"
    >
      {rows.map((row) => (
        <Row
          key={row.item.key}
          row={row}
          isOpen={open.has(row.item.key)}
          isCurrent={row === current}
          isSelected={row.item.row === 'node' && row.item.node?.id === selected}
          onPress={() => {
            go(row.item.key)
            if (row.item.row === 'heading') setOpen([row.item.key], !open.has(row.item.key))
          }}
          onToggle={() => setOpen([row.item.key], !open.has(row.item.key))}
        />
      ))}
    </div>
  )
}

function openKeys(items: readonly OutlineItem[], toggled: ReadonlyMap<string, boolean>): ReadonlySet<string> {
  const open = new Set(items.filter(OPEN_BY_DEFAULT).map((item) => item.key))
  for (const [key, value] of toggled) {
    if (value) open.add(key)
    else open.delete(key)
  }
  return open
}

const rowElement = (tree: HTMLElement | null, key: string): HTMLElement | null =>
  tree?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? null

/** A node selected elsewhere comes into sight, and its heading opens; the keyboard's focus stays where it is. */
function useReveal(
  tree: React.RefObject<HTMLDivElement | null>,
  items: readonly OutlineItem[],
  selected: string | undefined,
  here: string | undefined,
  onReveal: (heading: string, key: string) => void,
): void {
  const shown = useRef<string>(undefined)
  useEffect(() => {
    if (selected === undefined || selected === shown.current) return
    shown.current = selected
    if (selected === here) return
    const heading = items.find((item) => item.children.some((child) => child.key === selected))
    if (!heading) return
    onReveal(heading.key, selected)
    requestAnimationFrame(() => rowElement(tree.current, selected)?.scrollIntoView({ block: 'nearest' }))
  })
}

type RowProps = {
  readonly row: OutlineRow
  readonly isOpen: boolean
  readonly isCurrent: boolean
  readonly isSelected: boolean
  readonly onPress: () => void
  readonly onToggle: () => void
}

function Row({ row: { item, level, position, size }, isOpen, isCurrent, isSelected, onPress, onToggle }: RowProps) {
  const parent = item.children.length > 0
  return (
    // The keys of a row are those of its tree.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      role="treeitem"
      data-key={item.key}
      aria-level={level}
      aria-posinset={position}
      aria-setsize={size}
      aria-expanded={parent ? isOpen : undefined}
      aria-selected={isSelected}
      tabIndex={isCurrent ? 0 : -1}
      onClick={onPress}
      style={{ paddingInlineStart: `${(level - 1) * 16 + 4}px` }}
      className={`flex h-7 cursor-default items-center gap-1.5 pe-2 whitespace-nowrap outline-offset-[-2px] ${isSelected ? 'bg-selected' : 'hover:bg-hover'}`}
    >
      <span
        aria-hidden="true"
        onClick={(event) => {
          if (!parent) return
          event.stopPropagation()
          onToggle()
        }}
        className="flex h-6 w-6 shrink-0 items-center justify-center text-muted"
      >
        {parent ? (isOpen ? '▾' : '▸') : ''}
      </span>
      <RowWords item={item} />
    </div>
  )
}

function RowWords({ item }: { readonly item: OutlineItem }) {
  const { node, edge } = item
  if (edge)
    return (
      <>
        <span data-tone={BINDING_TONE[edge.state]} className="flex items-center">
          <Mark tone={BINDING_TONE[edge.state]} />
        </span>
        <span className="min-w-0 truncate">
          <span className="text-muted">{item.direction === 'out' ? `${edge.type} ` : ''}</span>
          <span className="font-mono text-code">
            <Visible text={node?.name ?? ''} />
          </span>
          <span className="text-muted">{item.direction === 'in' ? ` ${edge.type} this` : ''}</span>
        </span>{' '}
        <span className="ms-auto ps-2 text-muted">{EVIDENCE_WORD[edge.evidence]}</span>
        <span className="sr-only">, {BINDING_WORD[edge.state]}</span>
      </>
    )
  if (!node) return <span className="truncate font-medium">{visibleText(item.text)}</span>
  return (
    <>
      <span data-tone={node.tone} className="flex items-center">
        <Mark tone={node.restricted ? 'restricted' : node.tone} />
      </span>
      <span className="min-w-0 shrink truncate font-mono text-code">
        <Visible text={node.name} />
      </span>{' '}
      <span className="min-w-0 shrink-[9999] truncate text-muted">{visibleText(node.label)}</span>{' '}
      <span className={`ms-auto max-w-[50%] shrink-0 truncate ps-2 ${node.tone === 'ok' || node.tone === 'off' ? 'text-muted' : ''}`}>
        {visibleText(node.state)}
      </span>
      {node.restricted && <span className="sr-only">, restricted</span>}
    </>
  )
}
