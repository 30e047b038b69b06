import type { ReactNode } from 'react'

export const controlLook = (wrong: boolean): string =>
  `block w-full rounded-control border bg-surface px-2 py-0.5 text-ink ${wrong ? 'border-danger' : 'border-line-strong'}`

type Props = {
  readonly id: string
  readonly label: string
  readonly hint?: string | undefined
  readonly error?: string | undefined
  readonly counter?: ReactNode
  readonly children: ReactNode
}

/** Label above, control, then the error or the hint and the counter. Ids `<id>-error`, `<id>-hint` are for aria-describedby. */
export function FieldFrame({ id, label, hint, error, counter, children }: Props) {
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      {children}
      {(error !== undefined || hint !== undefined || counter !== undefined) && (
        <div className="mt-1 flex gap-3">
          <div className="min-w-0 flex-1">
            {error !== undefined && (
              <p id={`${id}-error`} className="text-danger">
                {error}
              </p>
            )}
            {hint !== undefined && (
              <p id={`${id}-hint`} className="text-muted">
                {hint}
              </p>
            )}
          </div>
          {counter}
        </div>
      )}
    </div>
  )
}

/** What a control says about itself, so that error and hint are heard with it. */
export const fieldAria = (id: string, error: string | undefined, hint: string | undefined) => {
  const described = [error !== undefined && `${id}-error`, hint !== undefined && `${id}-hint`].filter((part) => part !== false).join(' ')
  return { ...(error !== undefined && { 'aria-invalid': true as const }), ...(described && { 'aria-describedby': described }) }
}
