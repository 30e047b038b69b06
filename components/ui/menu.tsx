'use client'
import { Menu as Base } from '@base-ui/react/menu'
import type { ReactNode } from 'react'
import { AppLink } from '#components/ui/app-link.tsx'
import { buttonLook } from '#components/ui/button-look.ts'
import { KeyCaps } from '#components/ui/key-caps.tsx'

type Item = { readonly label: string; readonly href?: string; readonly onSelect?: () => void; readonly keys?: string }

export const menuItemLook =
  'flex min-h-7 cursor-pointer items-center justify-between gap-4 px-3 outline-none data-highlighted:bg-selected data-highlighted:text-ink'

type Props = { readonly label: ReactNode; readonly name?: string; readonly items?: readonly Item[]; readonly children?: ReactNode }

/** A button with a list of things to do or places to go, open from the start: see MenuTrigger. `children` are further groups. */
export function Menu({ label, name, items = [], children }: Props) {
  return (
    <Base.Root defaultOpen>
      <Base.Trigger aria-label={name} className={buttonLook('quiet')}>
        {label}
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} align="end" className="z-50">
          <Base.Popup className="max-h-[80dvh] min-w-56 overflow-y-auto rounded-control border border-line-strong bg-raised py-1 shadow-float">
            {items.map(({ label: words, href, onSelect, keys }) => (
              <Base.Item
                key={words}
                onClick={onSelect}
                className={menuItemLook}
                {...(href !== undefined && { render: <AppLink plain href={href} /> })}
              >
                {words}
                {keys !== undefined && <KeyCaps keys={keys} />}
              </Base.Item>
            ))}
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
