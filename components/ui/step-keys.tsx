'use client'
import { useShortcut } from '#components/ui/shortcut.ts'

/** Focus the next or previous `[data-step]` of the page: a change in a diff, an entry in a timeline. */
function step(by: 1 | -1): void {
  const steps = [...document.querySelectorAll<HTMLElement>('[data-step]')]
  const here = document.activeElement
  const after = steps.findIndex(
    (element) => here !== null && (element.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING) === 0,
  )
  const at = steps.findIndex((element) => element === here)
  const from = at === -1 ? (after === -1 || here === document.body ? (by === 1 ? -1 : steps.length) : by === 1 ? after - 1 : after) : at
  const target = steps[Math.min(steps.length - 1, Math.max(0, from + by))]
  target?.focus({ preventScroll: true })
  target?.scrollIntoView({ block: 'center' })
}

/** Enters n and p. Rendered by whatever has steps; entering twice does no harm. */
export function StepKeys() {
  useShortcut({ id: 'step.next', keys: 'n', words: 'Next change or entry', run: () => step(1) })
  useShortcut({ id: 'step.previous', keys: 'p', words: 'Previous change or entry', run: () => step(-1) })
  return null
}
