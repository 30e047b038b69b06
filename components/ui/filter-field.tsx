'use client'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import type { Route } from 'next'
import { useEffectEvent, useEffect, useId, useRef, useState } from 'react'
import { controlLook } from '#components/ui/field-frame.tsx'
import { KeyCaps } from '#components/ui/key-caps.tsx'
import { useShortcut } from '#components/ui/shortcut.ts'

const WAIT_MS = 200

type FilterFieldProps = {
  readonly label: string
  readonly param?: string
  /** A part of the address that no longer holds once the filter changes: the place in a list. */
  readonly without?: string
  /** Takes each text at once, for a page that asks for its data itself; otherwise the server draws the page anew when nobody types for a moment. */
  readonly onText?: (text: string) => void
}

/** The filter of a page. What it holds stands in the URL, so it can be sent to a colleague. */
export function FilterField({ label, param = 'q', without, onText }: FilterFieldProps) {
  const id = useId()
  const router = useRouter()
  const path = usePathname()
  const search = useSearchParams()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(search.get(param) ?? '')
  useShortcut({ id: `filter.${param}`, keys: '/', words: label, run: () => input.current?.focus(), when: () => param === 'q' })

  const write = useEffectEvent((next: string) => {
    const query = new URLSearchParams(search)
    if (next === (query.get(param) ?? '')) return
    if (next === '') query.delete(param)
    else query.set(param, next)
    if (without !== undefined) query.delete(without)
    router.replace(`${path}${query.size > 0 ? `?${query}` : ''}` as Route /* safe: the page we are on */, { scroll: false })
  })
  const isOwn = onText !== undefined
  useEffect(() => {
    if (isOwn) return
    const timer = setTimeout(() => write(text), WAIT_MS)
    return () => clearTimeout(timer)
  }, [text, isOwn])

  const given = search.get(param) ?? ''
  const follow = useEffectEvent((now: string) => {
    // A link cleared or changed the filter; what is being typed stays.
    if (document.activeElement !== input.current) setText(now)
  })
  useEffect(() => follow(given), [given])
  useEffect(() => {
    if (!isOwn) return
    // The back button takes what was typed back with it, also under the hand.
    const back = (): void => setText(new URLSearchParams(window.location.search).get(param) ?? '')
    window.addEventListener('popstate', back)
    return () => window.removeEventListener('popstate', back)
  }, [param, isOwn])

  return (
    <div className="relative w-full max-w-full sm:w-60">
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <input
        ref={input}
        id={id}
        // In a form it is sent by its name where no script runs.
        name={param}
        type="search"
        value={text}
        placeholder={label}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value)
          onText?.(event.target.value)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur()
          // It is written into the address as it is typed: nothing is left to send.
          if (event.key === 'Enter') event.preventDefault()
        }}
        className={`h-7 ${controlLook(false)}`}
      />
      {text === '' && param === 'q' && (
        <span className="pointer-events-none absolute end-1.5 top-1 text-muted">
          <KeyCaps keys="/" />
        </span>
      )}
    </div>
  )
}
