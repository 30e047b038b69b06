'use client'
import { useId } from 'react'
import { controlLook, FieldFrame, fieldAria } from '#components/ui/field-frame.tsx'

type Props = {
  readonly label: string
  readonly name: string
  readonly value: string
  readonly onText: (text: string) => void
  readonly error?: string | undefined
  readonly hint?: string | undefined
  readonly placeholder?: string
  readonly type?: 'text' | 'search' | 'number' | 'datetime-local'
  readonly mono?: boolean
  readonly required?: boolean
  readonly list?: string
}

/** One line of text. Names of objects are mono. */
export function TextField({ label, name, value, onText, error, hint, mono = false, type = 'text', ...rest }: Props) {
  const id = useId()
  return (
    <FieldFrame id={id} label={label} error={error} hint={hint}>
      <input
        {...rest}
        {...fieldAria(id, error, hint)}
        id={id}
        name={name}
        type={type}
        value={value}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onText(event.target.value)}
        className={`h-7 ${controlLook(error !== undefined)} ${mono ? 'font-mono text-code' : ''}`}
      />
    </FieldFrame>
  )
}
