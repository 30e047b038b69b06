'use client'
import { memo, type ReactNode, useRef, useState } from 'react'
import { AppLink } from '#components/ui/app-link.tsx'
import { useShortcut } from '#components/ui/shortcut.ts'
import { type Sort, SortHead, SortLinks } from '#components/ui/sort-links.tsx'

export type Column = {
  readonly key: string
  readonly title: string
  readonly align?: 'start' | 'end'
  readonly mono?: boolean
  readonly width?: string
  /** Gives way first when space is short: its text ends in an ellipsis. Give it a width in per cent. */
  readonly fluid?: boolean
  /** Hidden below this width; a card shows it never, so only for what is repeated elsewhere. */
  readonly from?: 'md' | 'lg' | 'wide'
  /** The head is a link that orders by this column; the order stands in the address. */
  readonly sort?: Sort | undefined
}

export type DataRow = {
  readonly id: string
  readonly href?: string
  readonly quiet?: boolean
  readonly selected?: boolean
  /** Called when the row's link is followed. */
  readonly onOpen?: () => void
  readonly cells: Readonly<Record<string, ReactNode>>
}

type Props = {
  readonly label: string
  readonly columns: readonly Column[]
  readonly rows: readonly DataRow[]
  /** The column that carries the row's link. */
  readonly primary: string
  readonly empty?: ReactNode
}

/** Rows of one tab stop: j, k and arrows move, Enter opens. Below 640 px each row is a card. */
export function DataTable({ label, columns, rows, primary, empty }: Props) {
  const table = useRef<HTMLTableElement>(null)
  const [current, setCurrent] = useState<string>()
  const stop = rows.some((row) => row.id === current) ? current : rows[0]?.id

  const move = (by: 1 | -1): void => {
    const links = [...(table.current?.querySelectorAll<HTMLElement>('.row-link') ?? [])]
    const inside = links.findIndex((link) => link.closest('tr')?.contains(document.activeElement))
    const next = inside === -1 ? (by === 1 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, inside + by))
    links[next]?.focus()
  }
  const mine = (): boolean => {
    const focused = document.activeElement?.closest('.data-table')
    return (focused ?? document.querySelector('.data-table')) === table.current
  }
  useShortcut({ id: `${label}.next`, keys: 'j', words: 'Next row', run: () => move(1), when: mine })
  useShortcut({ id: `${label}.previous`, keys: 'k', words: 'Previous row', run: () => move(-1), when: mine })

  const onLink = (): boolean => mine() && document.activeElement?.classList.contains('row-link') === true
  useShortcut({ id: `${label}.down`, keys: 'ArrowDown', words: 'Next row', run: () => move(1), when: onLink })
  useShortcut({ id: `${label}.up`, keys: 'ArrowUp', words: 'Previous row', run: () => move(-1), when: onLink })

  const sorted = columns.flatMap(({ key, title, sort }) => (sort === undefined ? [] : [{ key, title, sort }]))
  return (
    <>
      {sorted.length > 0 && <SortLinks columns={sorted} />}
      <table ref={table} aria-label={label} className="data-table">
        <thead>
          <tr>
            {columns.map(({ key, title, align, width, from, sort }) => (
              <th
                key={key}
                scope="col"
                data-align={align}
                data-from={from}
                {...(sort && { 'aria-sort': sort.is })}
                style={width === undefined ? undefined : { width }}
              >
                {sort === undefined ? title : <SortHead title={title} sort={sort} />}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.length === 0 && empty !== undefined && (
            <tr>
              <td colSpan={columns.length} style={{ height: 'auto', whiteSpace: 'normal', maxWidth: 'none' }}>
                {empty}
              </td>
            </tr>
          )}
          {rows.map((row) => (
            <Row key={row.id} row={row} columns={columns} primary={primary} tab={row.id === stop} onFocus={setCurrent} />
          ))}
        </tbody>
      </table>
    </>
  )
}

type RowProps = {
  readonly row: DataRow
  readonly columns: readonly Column[]
  readonly primary: string
  readonly tab: boolean
  readonly onFocus: (id: string) => void
}

/** What a row takes from a column; heads change with the address and draw no row. */
const IN_ROW = ['key', 'title', 'align', 'mono', 'from', 'fluid'] as const
const isSame = (a: RowProps, b: RowProps): boolean =>
  a.row === b.row &&
  a.tab === b.tab &&
  a.primary === b.primary &&
  a.onFocus === b.onFocus &&
  a.columns.length === b.columns.length &&
  a.columns.every((column, at) => IN_ROW.every((part) => column[part] === b.columns[at]?.[part]))

const Row = memo(function Row({ row, columns, primary, tab, onFocus }: RowProps) {
  const tabIndex = tab ? 0 : -1
  return (
    <tr data-quiet={row.quiet || undefined} data-selected={row.selected || undefined} data-row={row.id} onFocus={() => onFocus(row.id)}>
      {columns.map(({ key, title, align, mono, from, fluid }) => {
        const content = row.cells[key]
        const common = {
          'data-column': title,
          'data-align': align,
          'data-mono': mono || undefined,
          'data-from': from,
          'data-fluid': fluid || undefined,
        }
        if (key !== primary)
          return (
            <td key={key} {...common}>
              {content}
            </td>
          )
        return (
          <td key={key} {...common} data-primary>
            {row.href === undefined ? (
              <span className="row-link" tabIndex={tabIndex} /* a row without a page still takes part in j and k */>
                {content}
              </span>
            ) : (
              <AppLink plain href={row.href} className="row-link" tabIndex={tabIndex} {...(row.onOpen && { onClick: row.onOpen })}>
                {content}
              </AppLink>
            )}
          </td>
        )
      })}
    </tr>
  )
}, isSame)
