'use client'
import { type Ref, useId } from 'react'
import { controlLook, FieldFrame, fieldAria } from '#components/ui/field-frame.tsx'

type Props = {
  readonly label: string
  readonly name: string
  readonly value: string
  readonly onText: (text: string) => void
  readonly error?: string | undefined
  readonly hint?: string | undefined
  readonly min?: number
  readonly max?: number
  readonly rows?: number
  /** Text of a machine: the same width for each sign, and lines as they are. */
  readonly mono?: boolean
  readonly inputRef?: Ref<HTMLTextAreaElement>
}

const NUMBER = new Intl.NumberFormat('en')

/** Several lines, with a counter of Unicode code points (decisions.md 7). */
export function TextArea({ label, name, value, onText, error, hint, min = 0, max, rows = 3, mono = false, inputRef }: Props) {
  const id = useId()
  const length = Array.from(value.trim()).length
  const short = length < min
  const bound = short ? ` of at least ${min}` : max === undefined ? '' : ` of ${NUMBER.format(max)}`
  return (
    <FieldFrame
      id={id}
      label={label}
      error={error}
      hint={hint}
      counter={
        <span className={`shrink-0 ${max !== undefined && length > max ? 'text-danger' : 'text-muted'}`}>
          {NUMBER.format(length)}
          {bound}
        </span>
      }
    >
      <textarea
        {...fieldAria(id, error, hint)}
        ref={inputRef}
        id={id}
        name={name}
        rows={rows}
        value={value}
        onChange={(event) => onText(event.target.value)}
        spellCheck={!mono}
        className={`field-sizing-content resize-y ${mono ? 'max-h-[40rem] font-mono text-code whitespace-pre' : 'max-h-80'} ${controlLook(error !== undefined)}`}
        style={{ minHeight: `calc(${rows} * 1.25rem + 0.375rem)` }}
      />
    </FieldFrame>
  )
}
