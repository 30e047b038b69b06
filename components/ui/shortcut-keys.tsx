'use client'
import { useState } from 'react'
import { CheckField } from '#components/ui/check-field.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { KeyCaps } from '#components/ui/key-caps.tsx'
import { setSingleKeysOff, singleKeysOff, useShortcuts } from '#components/ui/shortcut.ts'

type Props = { readonly open: boolean; readonly onOpenChange: (open: boolean) => void }

/** The keys of this page, and the switch that turns single keys off (WCAG 2.1.4). */
export function ShortcutKeys({ open, onOpenChange }: Props) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="The keys of this page">
      {open && <Keys />}
    </Dialog>
  )
}

function Keys() {
  const shortcuts = useShortcuts()
  const [off, setOff] = useState(singleKeysOff)
  return (
    <>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-4 gap-y-1">
        {shortcuts.map(({ id, keys, words }) => (
          <div key={id} className="contents">
            <dt className="text-end text-muted">
              <KeyCaps keys={keys} />
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <div className="mt-4 border-t border-line pt-3">
        <CheckField
          label="Single keys on (Ctrl or ⌘ chords always work)"
          checked={!off}
          onChecked={(on) => {
            setSingleKeysOff(!on)
            setOff(!on)
          }}
        />
      </div>
    </>
  )
}
