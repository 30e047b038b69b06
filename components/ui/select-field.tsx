'use client'
import { useId } from 'react'
import { controlLook, FieldFrame, fieldAria } from '#components/ui/field-frame.tsx'

type Props = {
  readonly label: string
  readonly name: string
  readonly value: string
  readonly onText: (value: string) => void
  readonly options: readonly { readonly value: string; readonly label: string }[]
  readonly error?: string | undefined
  readonly hint?: string | undefined
}

/** A choice of few. The system's own list: it works everywhere and with every keyboard. */
export function SelectField({ label, name, value, onText, options, error, hint }: Props) {
  const id = useId()
  return (
    <FieldFrame id={id} label={label} error={error} hint={hint}>
      <select
        {...fieldAria(id, error, hint)}
        id={id}
        name={name}
        value={value}
        onChange={(event) => onText(event.target.value)}
        className={`h-7 ${controlLook(error !== undefined)}`}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </FieldFrame>
  )
}
