'use client'
import { useShortcut } from '#components/ui/shortcut.ts'

type Props = { readonly onZoom: (factor: number) => void; readonly onFit: () => void; readonly onPan: (x: number, y: number) => void }

const ZOOM = 1.25
const PAN = 120

/** Zoom and pan by button and by key (ui.md 5.8). */
export function CanvasButtons({ onZoom, onFit, onPan }: Props) {
  useShortcut({ id: 'topology.zoom-in', keys: '+', words: 'Zoom in', run: () => onZoom(ZOOM) })
  useShortcut({ id: 'topology.zoom-out', keys: '-', words: 'Zoom out', run: () => onZoom(1 / ZOOM) })
  useShortcut({ id: 'topology.fit', keys: '0', words: 'Fit the picture', run: onFit })
  useShortcut({ id: 'topology.left', keys: 'a', words: 'Move the picture left', run: () => onPan(PAN, 0) })
  useShortcut({ id: 'topology.right', keys: 'd', words: 'Move the picture right', run: () => onPan(-PAN, 0) })
  useShortcut({ id: 'topology.up', keys: 'w', words: 'Move the picture up', run: () => onPan(0, PAN) })
  useShortcut({ id: 'topology.down', keys: 's', words: 'Move the picture down', run: () => onPan(0, -PAN) })
  return (
    <fieldset aria-label="Picture" className="no-print absolute end-2 top-2 flex gap-1">
      <Tool label="Move left" keys="a" sign="←" onPress={() => onPan(PAN, 0)} />
      <Tool label="Move up" keys="w" sign="↑" onPress={() => onPan(0, PAN)} />
      <Tool label="Move down" keys="s" sign="↓" onPress={() => onPan(0, -PAN)} />
      <Tool label="Move right" keys="d" sign="→" onPress={() => onPan(-PAN, 0)} />
      <Tool label="Zoom out" keys="-" sign="−" onPress={() => onZoom(1 / ZOOM)} />
      <Tool label="Zoom in" keys="+" sign="+" onPress={() => onZoom(ZOOM)} />
      <Tool label="Fit" keys="0" sign="⤢" onPress={onFit} />
    </fieldset>
  )
}

function Tool({
  label,
  keys,
  sign,
  onPress,
}: {
  readonly label: string
  readonly keys: string
  readonly sign: string
  readonly onPress: () => void
}) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-keyshortcuts={keys}
      title={`${label} (${keys})`}
      onClick={onPress}
      className="flex h-7 w-7 items-center justify-center rounded-control border border-line-strong bg-surface hover:bg-hover"
    >
      <span aria-hidden="true">{sign}</span>
    </button>
  )
}
