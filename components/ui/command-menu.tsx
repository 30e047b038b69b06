'use client'
import type { Route } from 'next'
import { useRouter } from 'next/navigation'
import { type KeyboardEvent, useId, useState } from 'react'
import { Dialog } from '#components/ui/dialog.tsx'
import { KeyCaps } from '#components/ui/key-caps.tsx'
import { useShortcut, useShortcuts } from '#components/ui/shortcut.ts'

type Place = { readonly label: string; readonly href: string; readonly keys?: string }
type Entry = { readonly id: string; readonly label: string; readonly keys?: string | undefined; readonly run: () => void }

/** Find or do: pages, and every action of the page with its keys beside it. */
export function CommandMenu({ places }: { readonly places: readonly Place[] }) {
  const [open, setOpen] = useState(false)
  useShortcut({ id: 'command', keys: 'Mod k', words: 'Find or do', run: () => setOpen(true) })
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="flex h-7 shrink-0 items-center justify-between gap-3 rounded-control border border-line-strong whitespace-nowrap bg-surface px-2 text-muted hover:bg-hover lg:w-52"
      >
        <span>
          Find<span className="max-sm:sr-only"> or do</span>
        </span>
        <span className="max-sm:hidden">
          <KeyCaps keys="Mod k" />
        </span>
      </button>
      <Dialog bare open={open} onOpenChange={setOpen} title="Find or do">
        {open && <Palette places={places} onDone={() => setOpen(false)} />}
      </Dialog>
    </>
  )
}

const matches = (label: string, query: string): boolean =>
  query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => label.toLowerCase().includes(word))

function Palette({ places, onDone }: { readonly places: readonly Place[]; readonly onDone: () => void }) {
  const router = useRouter()
  const list = useId()
  const shortcuts = useShortcuts()
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)

  const go = (href: string) => () => router.push(href as Route /* safe: built by lib/routes.ts */)
  const placed: readonly Entry[] = places.map(({ label, href, keys }) => ({ id: href, label: `Go to ${label}`, keys, run: go(href) }))
  const actions: readonly Entry[] = shortcuts
    .filter(({ keys, id }) => !keys.startsWith('g ') && id !== 'command')
    .map(({ id, words, keys, run }) => ({ id, label: words, keys, run }))
  const entries = [...placed, ...actions].filter((entry) => matches(entry.label, query))
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
        placeholder="A page or an action"
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
          <div
            key={entry.id}
            id={`${list}-${index}`}
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- as above
            role="option"
            tabIndex={-1}
            aria-selected={index === current}
            onPointerMove={() => setAt(index)}
            onClick={() => choose(entry)}
            onKeyDown={onKeyDown}
            className={`flex min-h-7 cursor-pointer items-center justify-between gap-4 px-4 ${index === current ? 'bg-selected' : ''}`}
          >
            {entry.label}
            {entry.keys !== undefined && (
              <span className="text-muted">
                <KeyCaps keys={entry.keys} />
              </span>
            )}
          </div>
        ))}
      </div>
      {entries.length === 0 && <p className="px-4 pb-3 text-muted">Nothing here has that name. Try a shorter word.</p>}
    </>
  )
}
