'use client'
import { lazy, Suspense, useState } from 'react'
import { KeyCaps } from '#components/ui/key-caps.tsx'
import { useShortcut } from '#components/ui/shortcut.ts'

type Place = { readonly label: string; readonly href: string; readonly keys?: string }

type Props = {
  readonly places: readonly Place[]
  /** A GET route that answers `?q=` with what else can be gone to; without it only pages and actions are found. */
  readonly searchAt?: string
}

const load = () => import('#components/ui/command-palette.tsx')
// Most pages are left without it ever being opened, so its code comes with the first sign that it will be.
const CommandPalette = lazy(() => load().then((module) => ({ default: module.CommandPalette })))
const foresee = (): void => void load().catch(() => undefined)

/** Find or do: pages, every action of the page with its keys beside it, and whatever the search of this portal knows. */
export function CommandMenu({ places, searchAt }: Props) {
  const [open, setOpen] = useState(false)
  const [used, setUsed] = useState(false)
  const show = (): void => {
    setUsed(true)
    setOpen(true)
  }
  useShortcut({ id: 'command', keys: 'Mod k', words: 'Find or do', run: show })
  return (
    <>
      <button
        type="button"
        onClick={show}
        onPointerEnter={foresee}
        onFocus={foresee}
        className="flex h-7 shrink-0 items-center justify-between gap-3 rounded-control border border-line-strong whitespace-nowrap bg-surface px-2 text-muted hover:bg-hover lg:w-52"
      >
        <span>
          Find<span className="max-sm:sr-only"> or do</span>
        </span>
        <span className="max-sm:hidden">
          <KeyCaps keys="Mod k" />
        </span>
      </button>
      {used && (
        <Suspense fallback={null}>
          <CommandPalette places={places} searchAt={searchAt} open={open} onOpenChange={setOpen} />
        </Suspense>
      )}
    </>
  )
}
