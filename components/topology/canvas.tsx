'use client'
import type { Core, ElementDefinition } from 'cytoscape'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { CanvasButtons } from '#components/topology/canvas-buttons.tsx'
import { canvasLook, nodeLabel, readPalette } from '#components/topology/canvas-look.ts'
import { visibleText } from '#components/ui/visible-text.ts'
import type { TopologyView } from '#lib/topology/view.ts'

type Props = {
  readonly view: Pick<TopologyView, 'nodes' | 'edges' | 'focus'>
  /** Nodes within the hops of the focus; the others are drawn faint, never less than 35 %. */
  readonly near: ReadonlySet<string> | undefined
  readonly selected: string | undefined
  readonly onSelect: (id: string) => void
  readonly onFocusNode: (id: string) => void
}

const MANY = 500
const FIT_MARGIN = 24
const ZOOM_MAX = 2.5
const ZOOM_FIT_MAX = 1.1
const ZOOM_READ = 0.8

/** The graph as a picture. It says nothing to a screen reader; the outline does. Positions come from the server, so nothing moves by itself. */
export function Canvas({ view, near, selected, onSelect, onFocusNode }: Props) {
  const host = useRef<HTMLDivElement>(null)
  const [core, setCore] = useState<Core>()
  const [failed, setFailed] = useState(false)
  const fitted = useRef<string>(undefined)
  const select = useEffectEvent(onSelect)
  const look = useEffectEvent(onFocusNode)
  const size = useRef(view.nodes.length + view.edges.length)

  useEffect(() => {
    const box = host.current
    if (!box) return
    let cy: Core | undefined
    let gone = false
    import('cytoscape')
      .then(({ default: cytoscape }) => {
        if (gone) return
        const many = size.current > MANY
        cy = cytoscape({
          container: box,
          style: canvasLook(readPalette(box)),
          layout: { name: 'preset' },
          autoungrabify: true,
          boxSelectionEnabled: false,
          selectionType: 'single',
          minZoom: 0.05,
          maxZoom: ZOOM_MAX,
          hideEdgesOnViewport: many,
          textureOnViewport: many,
          ...(many && { pixelRatio: 1 }),
        })
        cy.on('tap', 'node', (event) => select(String(event.target.id())))
        cy.on('dbltap', 'node', (event) => look(String(event.target.id())))
        setCore(cy)
      })
      .catch(() => setFailed(true))
    return () => {
      gone = true
      cy?.destroy()
      setCore(undefined)
    }
  }, [])

  useTheme(core, host)
  useEffect(() => {
    if (!core) return
    draw(core, view, near, selected)
    const wish = `${view.focus ?? ''} ${[...(near ?? [])].length} ${view.focus === undefined ? view.nodes.length : ''}`
    if (fitted.current === wish) return
    fitted.current = wish
    open(core, near)
  }, [core, view, near, selected])
  useEffect(() => {
    if (!core || selected === undefined) return
    bringIntoSight(core, selected)
  }, [core, selected])

  if (failed) return <p className="p-3">The picture cannot be drawn in this browser. The outline shows the same graph.</p>
  return (
    <div className="relative min-h-0 flex-1">
      {/* cytoscape positions its own container, so the box that fills the room is ours. */}
      <div aria-hidden="true" data-testid="topology-canvas" className="absolute inset-0 overflow-hidden bg-canvas">
        <div ref={host} className="relative h-full w-full" />
      </div>
      <CanvasButtons
        onZoom={(factor) => core?.zoom({ level: core.zoom() * factor, renderedPosition: { x: core.width() / 2, y: core.height() / 2 } })}
        onFit={() => core && fit(core, near)}
        onPan={(x, y) => core?.panBy({ x, y })}
      />
    </div>
  )
}

/** Draws in the new colours when theme or contrast change. */
function useTheme(core: Core | undefined, host: React.RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    if (!core) return
    const paint = (): void => {
      if (host.current) core.style(canvasLook(readPalette(host.current)))
    }
    const queries = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)', '(forced-colors: active)'].map((query) =>
      matchMedia(query),
    )
    for (const query of queries) query.addEventListener('change', paint)
    const observer = new MutationObserver(paint)
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'style', 'class'] })
    return () => {
      for (const query of queries) query.removeEventListener('change', paint)
      observer.disconnect()
    }
  }, [core, host])
}

/** Brings the picture to the view: what left goes, what came is added, the rest keeps its element. */
function draw(core: Core, view: Props['view'], near: Props['near'], selected: string | undefined): void {
  const elements = elementsOf(view, near, selected)
  const wanted = new Set(elements.map((element) => element.data.id))
  core.batch(() => {
    core.elements().forEach((element) => {
      if (!wanted.has(element.id())) element.remove()
    })
    for (const element of elements) {
      const known = core.getElementById(element.data.id ?? '')
      if (known.empty()) {
        core.add(element)
        continue
      }
      known.data(element.data)
      known.classes(element.classes ?? '')
      if (element.position) known.position(element.position)
    }
  })
}

function elementsOf(view: Props['view'], near: Props['near'], selected: string | undefined): ElementDefinition[] {
  const distance = (id: string): string => (near === undefined ? '' : near.has(id) ? 'near' : 'far')
  const nodes = view.nodes.map((node): ElementDefinition => ({
    data: {
      id: node.id,
      label: nodeLabel(visibleText(node.name), visibleText(node.label)),
      kind: node.kind,
      tone: node.tone,
      shown: node.restricted ? 'restricted' : node.tone,
    },
    position: { x: node.x, y: node.y },
    classes: [distance(node.id), node.restricted ? 'restricted' : '', node.id === selected ? 'selected' : ''].filter(Boolean).join(' '),
  }))
  // Edges that lie beside one another are named once.
  const named = new Set<string>()
  const edges = view.edges.map((edge): ElementDefinition => {
    const isFar = near !== undefined && !(near.has(edge.from) && near.has(edge.to))
    const pair = [edge.from, edge.to].toSorted().join(' ')
    const isOwn = (edge.from === selected || edge.to === selected) && !named.has(pair)
    if (isOwn) named.add(pair)
    return {
      data: {
        id: edge.id,
        source: edge.from,
        target: edge.to,
        evidence: edge.evidence,
        state: edge.state,
        binding: edge.binding ?? 'none',
        type: edge.type,
      },
      classes: [isFar ? 'far' : '', isOwn ? 'of-selected' : ''].filter(Boolean).join(' '),
    }
  })
  return [...nodes, ...edges]
}

/** First sight: small enough to see much, never so small that no name can be read; what comes first in the order of dependency is kept. */
function open(core: Core, near: ReadonlySet<string> | undefined): void {
  fit(core, near)
  if (core.zoom() >= ZOOM_READ) return
  core.zoom(ZOOM_READ)
  const { x1, y1, y2 } = core.elements().boundingBox({})
  const focus = near === undefined ? undefined : core.nodes().filter((node) => near.has(node.id()))
  if (focus?.nonempty()) core.center(focus)
  else core.pan({ x: FIT_MARGIN - x1 * ZOOM_READ, y: core.height() / 2 - ((y1 + y2) / 2) * ZOOM_READ })
}

function fit(core: Core, near: ReadonlySet<string> | undefined): void {
  const around = near && core.nodes().filter((node) => near.has(node.id()))
  const wanted = around && around.nonempty() ? around : core.nodes()
  core.fit(wanted, FIT_MARGIN)
  if (core.zoom() > ZOOM_FIT_MAX) {
    core.zoom(ZOOM_FIT_MAX)
    core.center(wanted)
  }
}

/** Moves the picture only when the node is out of sight, so nothing moves under the hand. */
function bringIntoSight(core: Core, id: string): void {
  const node = core.getElementById(id)
  if (node.empty()) return
  const { x1, y1, x2, y2 } = node.renderedBoundingBox({})
  if (x1 < 0 || y1 < 0 || x2 > core.width() || y2 > core.height()) core.center(node)
}
