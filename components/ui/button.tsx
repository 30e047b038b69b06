'use client'
import { type ComponentPropsWithRef, useId } from 'react'
import { type ButtonKind, buttonLook } from '#components/ui/button-look.ts'
import { KeyCaps } from '#components/ui/key-caps.tsx'

type Props = Omit<ComponentPropsWithRef<'button'>, 'disabled'> & {
  readonly kind?: ButtonKind
  /** Why it cannot be used now. It stays reachable, so that the reason is heard. */
  readonly blocked?: string | undefined
  /** The id of an element that already says the reason; then it is not drawn again. */
  readonly reasonId?: string
  readonly pending?: boolean
  readonly keys?: string
}

/** A verb. A refusal gives its reason beside it (ui.md 5.1, 7). */
export function Button({ kind = 'plain', blocked, reasonId, pending = false, keys, children, onClick, className = '', ...rest }: Props) {
  const reason = useId()
  const closed = blocked !== undefined || pending
  const button = (
    <button
      type="button"
      {...rest}
      aria-disabled={closed || undefined}
      aria-busy={pending || undefined}
      {...(blocked !== undefined && { 'aria-describedby': reasonId ?? reason })}
      onClick={(event) => (closed ? event.preventDefault() : onClick?.(event))}
      className={`${buttonLook(kind, blocked !== undefined)} ${className}`}
    >
      {children}
      {keys && !closed && <KeyCaps keys={keys} />}
    </button>
  )
  if (blocked === undefined || reasonId !== undefined) return button
  return (
    <span className="inline-flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
      {button}
      <span id={reason} className="text-muted">
        {blocked}
      </span>
    </span>
  )
}
