import type { Tone } from '#lib/status.ts'

/** One shape per tone, told apart at 11 px in grey (ui.md 5.4). */
export const MARK_SHAPE = {
  ok: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Z',
  waiting: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm0 2.2a4.8 4.8 0 1 0 0 9.6 4.8 4.8 0 0 0 0-9.6Z',
  working: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm0 2.2a4.8 4.8 0 0 0 0 9.6Z',
  caution: 'M8 1 15.5 14.5H.5Z',
  danger: 'M3.4 1 8 5.6 12.6 1 15 3.4 10.4 8l4.6 4.6-2.4 2.4L8 10.4 3.4 15 1 12.6 5.6 8 1 3.4Z',
  off: 'M2 6.8h12v2.4H2Z',
  restricted: 'M3 7h10v8H3ZM4.6 7V4.9a3.4 3.4 0 0 1 6.8 0V7H9.6V5a1.6 1.6 0 0 0-3.2 0v2Z',
  unknown: 'M8 .8 15.2 8 8 15.2.8 8Zm0 3.4L4.2 8 8 11.8 11.8 8Z',
} satisfies Record<Tone, string>

/** The shape alone. The word stands beside it, so it is hidden from assistive technology. */
export function Mark({ tone }: { readonly tone: Tone }) {
  return (
    <svg className="mark" data-tone={tone} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path fillRule="evenodd" d={MARK_SHAPE[tone]} />
    </svg>
  )
}
