'use client'
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react'

/** One key of a page. `keys`: `g a` (sequence), `/`, `Mod k` (Ctrl or ⌘ chord). Click and key call the same `run`. */
export type Shortcut = {
  readonly id: string
  readonly keys: string
  readonly words: string
  readonly run: () => void
  readonly when?: () => boolean
}

const SEQUENCE_MS = 1200
const OFF = 'vortex-single-keys-off'

let registered: readonly Shortcut[] = []
const listeners = new Set<() => void>()
let pressed: { readonly key: string; readonly at: number } | undefined

const changed = (next: readonly Shortcut[]): void => {
  registered = next
  for (const listener of listeners) listener()
}

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) && !isToggle(target)

const isToggle = (target: HTMLElement): boolean => target instanceof HTMLInputElement && /^(checkbox|radio|button)$/.test(target.type)

const floating = (): boolean => document.querySelector('[role=dialog],[role=alertdialog],[role=menu]') !== null

/** Single keys can be switched off (WCAG 2.1.4); chords with Ctrl or ⌘ stay. */
export const singleKeysOff = (): boolean => localStorage.getItem(OFF) === '1'
export const setSingleKeysOff = (off: boolean): void => localStorage.setItem(OFF, off ? '1' : '0')

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.altKey) return
  const chord = event.ctrlKey || event.metaKey
  if (!chord && (typing(event.target) || floating() || singleKeysOff())) return
  const key = chord ? `Mod ${event.key}` : event.key
  const before = pressed !== undefined && event.timeStamp - pressed.at < SEQUENCE_MS ? `${pressed.key} ${key}` : undefined
  pressed = undefined
  const match = find(before) ?? find(key)
  if (match) {
    event.preventDefault()
    match.run()
  } else if (!chord && registered.some((shortcut) => shortcut.keys.startsWith(`${key} `))) {
    pressed = { key, at: event.timeStamp }
  }
}

const find = (keys: string | undefined): Shortcut | undefined =>
  keys === undefined ? undefined : registered.findLast((shortcut) => shortcut.keys === keys && (shortcut.when?.() ?? true))

/** Enters a key while the component is on the page. The last one entered wins; `when` lets it stand back. */
export function useShortcut({ id, keys, words, run, when }: Shortcut): void {
  const onRun = useEffectEvent(run)
  const isOn = useEffectEvent(() => when?.() ?? true)
  useEffect(() => {
    if (registered.length === 0) document.addEventListener('keydown', onKey)
    const entry: Shortcut = { id, keys, words, run: () => onRun(), when: () => isOn() }
    changed([...registered, entry])
    return () => {
      changed(registered.filter((other) => other !== entry))
      if (registered.length === 0) document.removeEventListener('keydown', onKey)
    }
  }, [id, keys, words])
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
const NONE: readonly Shortcut[] = []

/** What can be pressed now, one entry per keys: the help dialog and the command menu list these. */
export function useShortcuts(): readonly Shortcut[] {
  const all = useSyncExternalStore(
    subscribe,
    () => registered,
    () => NONE,
  )
  return [...new Map(all.map((shortcut) => [shortcut.keys, shortcut])).values()]
}
