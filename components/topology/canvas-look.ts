import { MARK_SHAPE } from '#components/ui/mark.tsx'
import type { StylesheetStyle } from 'cytoscape'
import type { Tone } from '#lib/status.ts'
import type { NodeKind } from '#lib/topology/graph.ts'
import { NODE_HEIGHT, NODE_WIDTH } from '#lib/topology/layout/layout.ts'

/** Shape says kind (ui.md 5.8). */
const SHAPE = {
  authority: 'round-octagon',
  zone: 'rectangle',
  cluster: 'round-rectangle',
  identity: 'ellipse',
  instance: 'round-rectangle',
  pack: 'hexagon',
  run: 'tag',
  provider: 'round-pentagon',
  binding: 'ellipse',
  object: 'cut-rectangle',
  record: 'rectangle',
  group: 'barrel',
} as const satisfies Record<NodeKind, string>

const TONES: readonly Tone[] = ['ok', 'waiting', 'working', 'caution', 'danger', 'off', 'restricted', 'unknown']
const NAMES = [...TONES, 'surface', 'canvas', 'selected', 'text', 'text-muted', 'line-strong', 'focus'] as const
type Name = (typeof NAMES)[number]
export type Palette = Readonly<Record<Name, string>>

/** The tokens as the page draws them now: a canvas cannot read `light-dark()` itself. */
export function readPalette(host: HTMLElement): Palette {
  const probe = document.createElement('span')
  host.append(probe)
  const read = (name: Name): readonly [Name, string] => {
    probe.style.color = `var(--${name})`
    return [name, getComputedStyle(probe).color]
  }
  const colours = Object.fromEntries(NAMES.map(read))
  probe.remove()
  return colours as Palette // safe: made from NAMES, one entry each
}

/** The shape of a mark in tables, so that both say the same. */
const markImage = (tone: Tone, colour: string): string =>
  `data:image/svg+xml;utf8,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="22" height="22" viewBox="0 0 16 16"><path fill="${colour}" fill-rule="evenodd" d="${MARK_SHAPE[tone]}"/></svg>`)}`

const DIM = 0.35
const LABEL = 13

export function canvasLook(palette: Palette): StylesheetStyle[] {
  return [
    {
      selector: 'node',
      style: {
        width: NODE_WIDTH,
        height: NODE_HEIGHT,
        'background-color': palette.surface,
        'border-width': 1.5,
        'border-color': palette['line-strong'],
        color: palette.text,
        label: 'data(label)',
        'font-family': 'JetBrains Mono Variable, monospace',
        'font-size': LABEL,
        'line-height': 1.3,
        'text-wrap': 'wrap',
        'text-valign': 'center',
        'text-halign': 'center',
        'min-zoomed-font-size': LABEL * 0.5,
        'background-image': 'data(mark)',
        'background-width': 11,
        'background-height': 11,
        'background-fit': 'none',
        'background-clip': 'none',
        'background-image-containment': 'over',
        'background-position-x': '100%',
        'background-position-y': '0%',
        'background-offset-x': 4,
        'background-offset-y': -4,
      },
    },
    ...Object.entries(SHAPE).map(([kind, shape]) => ({ selector: `node[kind = "${kind}"]`, style: { shape } })),
    ...TONES.map((tone) => ({
      selector: `node[tone = "${tone}"]`,
      style: { 'border-color': palette[tone] },
    })),
    ...TONES.map((tone) => ({ selector: `node[shown = "${tone}"]`, style: { 'background-image': markImage(tone, palette[tone]) } })),
    { selector: 'node.restricted', style: { 'border-style': 'dashed' } },
    { selector: 'node[kind = "instance"]', style: { 'border-style': 'double', 'border-width': 3 } },
    { selector: 'node.near', style: { 'min-zoomed-font-size': 0 } },
    {
      selector: 'node.selected',
      style: {
        'background-color': palette.selected,
        'outline-color': palette.focus,
        'outline-width': 2,
        'outline-offset': 3,
        'min-zoomed-font-size': 0,
      },
    },
    ...edgeLook(palette),
    { selector: '.far', style: { opacity: DIM } },
  ] as StylesheetStyle[] // safe: names and values are those of cytoscape's own list; its types miss the newer ones
}

/** Line style says binding state, arrow head the binding mode, the other end where the edge is known from. */
const edgeLook = (palette: Palette) => [
  {
    selector: 'edge',
    style: {
      width: 1.25,
      'line-color': palette['text-muted'],
      'target-arrow-color': palette['text-muted'],
      'source-arrow-color': palette['text-muted'],
      'target-arrow-shape': 'vee',
      'arrow-scale': 0.8,
      'curve-style': 'bezier',
      'control-point-step-size': 14,
      'font-size': LABEL,
      color: palette.text,
      'text-background-color': palette.canvas,
      'text-background-opacity': 1,
      'text-background-padding': '2px',
    },
  },
  { selector: 'edge[binding = "snapshot"]', style: { 'target-arrow-shape': 'square' } },
  { selector: 'edge[binding = "continuous"]', style: { 'target-arrow-shape': 'triangle' } },
  { selector: 'edge[state = "resolving"]', style: edgeTone(palette.working, 'dotted', 1.5) },
  { selector: 'edge[state = "degraded"], edge[state = "diverged"]', style: edgeTone(palette.caution, 'dashed', 1.5) },
  { selector: 'edge[state = "invalid"]', style: edgeTone(palette.danger, 'solid', 3.5) },
  { selector: 'edge[evidence = "published"]', style: { 'source-arrow-shape': 'circle' } },
  { selector: 'edge[evidence = "observed"]', style: { 'source-arrow-shape': 'circle', 'source-arrow-fill': 'hollow' } },
  { selector: 'edge[evidence = "delivery"]', style: { 'source-arrow-shape': 'tee' } },
  { selector: 'edge[evidence = "pending"]', style: { ...edgeTone(palette.waiting, 'dotted', 2), 'source-arrow-shape': 'diamond' } },
  { selector: 'edge.of-selected', style: { label: 'data(type)', 'z-index': 10 } },
]

const edgeTone = (colour: string, line: 'solid' | 'dotted' | 'dashed', width: number) => ({
  width,
  'line-style': line,
  'line-color': colour,
  'target-arrow-color': colour,
  'source-arrow-color': colour,
})

const NAME_MAX = 20

/** Name above, kind below, each cut in the middle or at the end to what the shape holds. The full name stands in outline and panel. */
export function nodeLabel(name: string, label: string): string {
  const short = name.length <= NAME_MAX ? name : `${name.slice(0, 10)}…${name.slice(-(NAME_MAX - 11))}`
  return `${short}\n${label.length <= NAME_MAX ? label : `${label.slice(0, NAME_MAX - 1)}…`}`
}
