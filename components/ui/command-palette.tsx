'use client'
import type { Route } from 'next'
import { useRouter } from 'next/navigation'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { Dialog } from '#components/ui/dialog.tsx'
import { KeyCaps } from '#components/ui/key-caps.tsx'
import { useShortcuts } from '#components/ui/shortcut.ts'
import { useFound } from '#components/ui/use-found.ts'
import { Visible } from '#components/ui/visible.tsx'

type Place = { readonly label: string; readonly href: string; readonly keys?: string }
type Entry = {
  readonly id: string
  readonly label: string
  readonly about?: string
  readonly keys?: string | undefined
  readonly run: () => void
}
type Props = {
  readonly places: readonly Place[]
  readonly searchAt?: string | undefined
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
}

/** Opens over the page; Escape closes it and gives focus back. */
export function CommandPalette({ places, searchAt, open, onOpenChange }: Props) {
  return (
    <Dialog bare open={open} onOpenChange={onOpenChange} title="Find or do">
      {open && <Palette places={places} searchAt={searchAt} onDone={() => onOpenChange(false)} />}
    </Dialog>
  )
}

const matches = (label: string, query: string): boolean =>
  query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => label.toLowerCase().includes(word))

function Palette({ places, searchAt, onDone }: Pick<Props, 'places' | 'searchAt'> & { readonly onDone: () => void }) {
  const router = useRouter()
  const list = useId()
  const shortcuts = useShortcuts()
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const found = useFound(searchAt, query)

  const go = (href: string) => () => router.push(href as Route /* safe: built by lib/routes.ts */)
  const placed: readonly Entry[] = places.map(({ label, href, keys }) => ({ id: href, label: `Go to ${label}`, keys, run: go(href) }))
  const actions: readonly Entry[] = shortcuts
    .filter(({ keys, id }) => !keys.startsWith('g ') && id !== 'command')
    .map(({ id, words, keys, run }) => ({ id, label: words, keys, run }))
  // While the next answer is on its way only what still fits stays, so that Enter never opens what an older text found.
  const still = ({ label, about }: { readonly label: string; readonly about: string }): boolean =>
    found.state === 'answered' || matches(`${label} ${about}`, query)
  const entries: readonly Entry[] = [
    ...[...placed, ...actions].filter((entry) => matches(entry.label, query)),
    ...found.entries.filter(still).map(({ href, label, about }) => ({ id: href, label, about, run: go(href) })),
  ]
  const current = Math.min(at, entries.length - 1)

  const choose = (entry: Entry | undefined): void => {
    if (!entry) return
    onDone()
    // After the dialog has given focus back, so that an action may move it.
    setTimeout(entry.run, 0)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setAt((current + 1) % Math.max(1, entries.length))
    else if (event.key === 'ArrowUp') setAt((current - 1 + entries.length) % Math.max(1, entries.length))
    else if (event.key === 'Enter') choose(entries[current])
    else return
    event.preventDefault()
  }
  return (
    <>
      <input
        role="combobox"
        aria-label="Find or do"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={entries.length > 0 ? `${list}-${current}` : undefined}
        value={query}
        placeholder={searchAt === undefined ? 'A page or an action' : 'A page, an action, or an object by kind, name, namespace or label'}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setQuery(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
        className="block h-10 w-full border-b border-line bg-raised px-4 text-ink outline-none"
      />
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the ARIA combobox pattern: a native list cannot be driven from the input */}
      <div id={list} role="listbox" aria-label="Results" className="py-1">
        {entries.map((entry, index) => (
          <Option
            key={entry.id}
            id={`${list}-${index}`}
            entry={entry}
            current={index === current}
            onPoint={() => setAt(index)}
            onChoose={() => choose(entry)}
            onKeyDown={onKeyDown}
          />
        ))}
      </div>
      <output className="block px-4 pb-2 text-muted empty:hidden">
        {found.state === 'asking' && <p>Looking for objects.</p>}
        {found.state === 'silent' && <p>{found.problem}</p>}
        {found.notes.map((note) => (
          <p key={note}>{note}</p>
        ))}
        {entries.length === 0 && found.state === 'answered' && <p>Nothing here has that name. Try a shorter word.</p>}
      </output>
    </>
  )
}

type OptionProps = {
  readonly id: string
  readonly entry: Entry
  readonly current: boolean
  readonly onPoint: () => void
  readonly onChoose: () => void
  readonly onKeyDown: (event: KeyboardEvent) => void
}

function Option({ id, entry, current, onPoint, onChoose, onKeyDown }: OptionProps) {
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (current) element.current?.scrollIntoView({ block: 'nearest' })
  }, [current])
  return (
    <div
      ref={element}
      id={id}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- as above
      role="option"
      tabIndex={-1}
      aria-selected={current}
      onPointerMove={onPoint}
      onClick={onChoose}
      onKeyDown={onKeyDown}
      className={`flex min-h-7 cursor-pointer items-center justify-between gap-4 px-4 ${current ? 'bg-selected' : ''}`}
    >
      <span className="min-w-0 [overflow-wrap:anywhere]">
        <Visible text={entry.label} />
        {entry.about !== undefined && (
          <span className="ps-2 text-muted">
            <Visible text={entry.about} />
          </span>
        )}
      </span>
      {entry.keys !== undefined && (
        <span className="text-muted">
          <KeyCaps keys={entry.keys} />
        </span>
      )}
    </div>
  )
}
