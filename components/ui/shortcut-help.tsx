'use client'
import { useState } from 'react'
import { useShortcut } from '#components/ui/shortcut.ts'
import { useLater } from '#components/ui/use-later.ts'

const load = () => import('#components/ui/shortcut-keys.tsx').then((module) => module.ShortcutKeys)

/** `?`: the keys of this page. */
export function ShortcutHelp() {
  const [open, setOpen] = useState(false)
  const { Ready, ask } = useLater(load)
  useShortcut({
    id: 'help',
    keys: '?',
    words: 'The keys of this page',
    run: () => {
      setOpen(true)
      ask()
    },
  })
  return Ready === undefined ? null : <Ready open={open} onOpenChange={setOpen} />
}
