'use client'
import { Mark } from '#components/ui/mark.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { ShownValue } from '#components/ui/shown-value.tsx'
import { Visible } from '#components/ui/visible.tsx'
import type { TopologyView } from '#lib/topology/view.ts'

type Props = { readonly view: Pick<TopologyView, 'findings' | 'nodes'>; readonly onSelect: (id: string) => void }

const FEW = 8

/** Where sources disagree and what is broken, worst first; never filtered away. */
export function Findings({ view, onSelect }: Props) {
  const names = new Map(view.nodes.map((node) => [node.id, node.name]))
  const [first, rest] = [view.findings.slice(0, FEW), view.findings.slice(FEW)]
  const list = (findings: TopologyView['findings']) => (
    <ul className="divide-y divide-line">
      {findings.map((finding) => (
        <li key={finding.id} data-tone={finding.tone} className="flex gap-2 px-3 py-1">
          <span className="flex h-5 items-center">
            <Mark tone={finding.tone} />
          </span>
          <div className="min-w-0 [overflow-wrap:anywhere]">
            <Visible text={finding.text} />
            {finding.detail !== undefined && (
              <>
                {' '}
                <span className="text-muted">
                  <ShownValue value={finding.detail} />
                </span>
              </>
            )}
          </div>
          <div className="ms-auto flex shrink-0 flex-wrap gap-x-2">
            {finding.nodes
              .filter((id) => names.has(id))
              .map((id) => (
                <button
                  key={id}
                  type="button"
                  onClick={() => onSelect(id)}
                  className="min-h-6 font-mono text-code text-accent underline underline-offset-2"
                >
                  <Visible text={names.get(id) ?? ''} />
                </button>
              ))}
          </div>
        </li>
      ))}
    </ul>
  )
  return (
    <Panel title="Findings" about={view.findings.length === 0 ? 'none' : String(view.findings.length)} flush id="topology-findings">
      {view.findings.length === 0 && <p className="px-3 py-2 text-muted">Zone, objects and relationships agree.</p>}
      {list(first)}
      {rest.length > 0 && (
        <details className="border-t border-line">
          <summary className="min-h-6 px-3 py-1">{rest.length} more</summary>
          {list(rest)}
        </details>
      )}
    </Panel>
  )
}
