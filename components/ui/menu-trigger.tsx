'use client'
import type { ComponentType, ReactNode } from 'react'
import { buttonLook } from '#components/ui/button-look.ts'
import { useLater } from '#components/ui/use-later.ts'

type Props<P> = { readonly label: ReactNode; readonly name?: string; readonly load: () => Promise<ComponentType<P>>; readonly menu: P }

/** The button of a menu. The menu itself, which brings its own button and starts open, comes with the first sign that it is wanted. */
export function MenuTrigger<P extends object>({ label, name, load, menu }: Props<P>) {
  const { Ready, ask, foresee } = useLater(load)
  if (Ready !== undefined) return <Ready {...menu} />
  return (
    <button
      type="button"
      aria-label={name}
      aria-haspopup="menu"
      aria-expanded={false}
      className={buttonLook('quiet')}
      onPointerEnter={foresee}
      onFocus={foresee}
      onClick={ask}
    >
      {label}
    </button>
  )
}
