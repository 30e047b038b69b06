'use client'
import { Button } from '#components/ui/button.tsx'
import { useShortcut } from '#components/ui/shortcut.ts'
import { Visible } from '#components/ui/visible.tsx'
import { count } from '#components/topology/words.ts'
import { HOPS_MAX } from '#lib/topology/neighbourhood.ts'

type Props = {
  readonly name: string | undefined
  readonly hops: number
  readonly near: number
  /** Whether a node is looked around at this moment, drawn or not. */
  readonly isOn: () => boolean
  readonly onStep: (by: 1 | -1) => void
  readonly onClear: () => void
}

/** The blast radius: from where, how far, how many; `[` and `]` narrow and widen it. */
export function Hops({ name, hops, near, isOn, onStep, onClear }: Props) {
  const narrow = (): void => onStep(-1)
  const widen = (): void => onStep(1)
  useShortcut({ id: 'topology.narrow', keys: '[', words: 'Narrower, one hop less', run: narrow, when: isOn })
  useShortcut({ id: 'topology.widen', keys: ']', words: 'Wider, one hop more', run: widen, when: isOn })
  useShortcut({ id: 'topology.clear', keys: 'Escape', words: 'Look at everything again', run: onClear, when: isOn })
  if (name === undefined) return null
  return (
    <fieldset aria-label="Blast radius" className="flex flex-wrap items-center gap-2">
      <span>
        Around{' '}
        <span className="font-mono text-code">
          <Visible text={name} />
        </span>
      </span>
      <Button kind="quiet" aria-label="Narrower" keys="[" blocked={hops === 0 ? 'No hop is left.' : undefined} onClick={narrow}>
        −
      </Button>
      <output aria-live="polite">
        {count(hops, 'hop')}, {count(near, 'node')}
      </output>
      <Button
        kind="quiet"
        aria-label="Wider"
        keys="]"
        blocked={hops === HOPS_MAX ? `${HOPS_MAX} hops is the limit.` : undefined}
        onClick={widen}
      >
        +
      </Button>
      <Button kind="quiet" onClick={onClear}>
        Look at everything
      </Button>
    </fieldset>
  )
}
