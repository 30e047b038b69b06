import { NODE, placeGraph } from '#components/approval/graph-layout.ts'
import { AppLink } from '#components/ui/app-link.tsx'
import { Code } from '#components/ui/code.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { visibleText } from '#components/ui/visible-text.ts'
import type { RequestView } from '#lib/approval/view.ts'
import { routes } from '#lib/routes.ts'

const LABEL_MAX = 28
const DOMAIN_MAX = 32

const short = (text: string, most: number): string => {
  const shown = visibleText(text)
  return shown.length > most ? `${shown.slice(0, most - 1)}…` : shown
}

/** Both parties and their neighbours, the new edge drawn out. The picture is hidden from assistive technology, the list says the same. */
export function MiniGraph({ graph }: { readonly graph: RequestView['graph'] }) {
  const { width, height, nodes, edges } = placeGraph(graph)
  const focus = graph.edges.find((edge) => edge.proposed)?.from ?? graph.nodes[0]?.id
  const hidden = graph.hidden === 0 ? 'Nothing is hidden' : `${graph.hidden} more not drawn`
  return (
    <Panel
      title="What it would connect"
      about={hidden}
      actions={focus !== undefined && <AppLink href={routes.topologyAt(focus)}>Open in topology</AppLink>}
    >
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a keyboard must be able to scroll it */}
      <section className="overflow-x-auto" tabIndex={0} aria-label="Picture of the neighbourhood">
        <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true" className="block">
          <defs>
            {['new', 'old'].map((kind) => (
              <marker
                key={kind}
                id={`arrow-${kind}`}
                viewBox="0 0 8 8"
                refX="7"
                refY="4"
                markerWidth="8"
                markerHeight="8"
                markerUnits="userSpaceOnUse"
                orient="auto"
              >
                <path d="M0 0 8 4 0 8Z" className={kind === 'new' ? 'fill-accent' : 'fill-line-strong'} />
              </marker>
            ))}
          </defs>
          {edges.map(({ from, to, type, proposed, path, labelX, labelY, anchor }) => (
            <g key={`${from} ${to} ${type}`}>
              <path
                d={path}
                fill="none"
                strokeWidth={proposed ? 2.5 : 1.5}
                className={proposed ? 'stroke-accent' : 'stroke-line-strong'}
                strokeDasharray={proposed ? '7 3' : undefined}
                markerEnd={`url(#arrow-${proposed ? 'new' : 'old'})`}
              />
              <text
                x={labelX}
                y={labelY}
                textAnchor={anchor}
                strokeWidth="4"
                paintOrder="stroke"
                className={`stroke-surface text-key ${proposed ? 'fill-accent font-semibold' : 'fill-muted'}`}
              >
                {proposed ? `new: ${type}` : type}
              </text>
            </g>
          ))}
          {nodes.map(({ id, label, domain, x, y }) => (
            <g key={id} transform={`translate(${x} ${y})`}>
              <title>{visibleText(`${label}, ${domain}`)}</title>
              <rect width={NODE.width} height={NODE.height} rx="4" className="fill-raised stroke-line-strong" strokeWidth="1.5" />
              <text x="10" y="17" className="fill-ink font-mono text-key">
                {short(label, LABEL_MAX)}
              </text>
              <text x="10" y="31" className="fill-muted text-key">
                {short(domain, DOMAIN_MAX)}
              </text>
            </g>
          ))}
        </svg>
      </section>
      <details className="mt-2">
        <summary className="text-muted">The same as a list, {graph.edges.length} relations</summary>
        <ul className="mt-1">
          {graph.edges.map(({ from, to, type, proposed }) => (
            <li key={`${from} ${to} ${type}`}>
              <Code>{from}</Code> {type} <Code>{to}</Code>
              {proposed && ' (new)'}
            </li>
          ))}
        </ul>
      </details>
    </Panel>
  )
}
