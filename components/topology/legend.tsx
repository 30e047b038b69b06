'use client'
import type { ReactNode } from 'react'
import { EvidenceShape, HeadShape, KindShape, LineShape } from '#components/topology/legend-shapes.tsx'
import type { ListFilter } from '#components/topology/graph-query.ts'
import { BINDING_WORD, EVIDENCE_WORD, KIND_WORD, TONE_WORD } from '#components/topology/words.ts'
import { Mark } from '#components/ui/mark.tsx'
import { BINDING_TONE } from '#lib/topology/graph.ts'
import type { TopologyView } from '#lib/topology/view.ts'

type Props = {
  readonly view: Pick<TopologyView, 'facets' | 'edges' | 'nodes'>
  readonly chosen: (filter: ListFilter) => readonly string[]
  readonly onToggle: (filter: ListFilter, word: string) => void
}

/** What shapes, marks and lines say; only what is on screen. A press shows only that, another one everything again. */
export function Legend({ view, chosen, onToggle }: Props) {
  const { facets } = view
  const modes = (['snapshot', 'continuous'] as const).filter((mode) => view.edges.some((edge) => edge.binding === mode))
  const item = (filter: ListFilter, word: string, label: string, count: number, sign: ReactNode) => (
    <LegendItem
      key={word}
      label={label}
      count={count}
      sign={sign}
      pressed={chosen(filter).includes(word)}
      onPress={() => onToggle(filter, word)}
    />
  )
  return (
    <section aria-label="Legend" className="flex flex-wrap items-start gap-x-4 gap-y-1 border-t border-line px-3 py-2">
      <Group title="Kind">{facets.kind.map(([kind, n]) => item('kind', kind, KIND_WORD[kind], n, <KindShape kind={kind} />))}</Group>
      <Group title="State">
        {facets.tone.map(([tone, n]) =>
          item(
            'tone',
            tone,
            TONE_WORD[tone],
            n,
            <span data-tone={tone} className="flex items-center">
              <Mark tone={tone} />
            </span>,
          ),
        )}
        {view.nodes.some((node) => node.restricted) && (
          <li className="flex h-6 items-center gap-1.5 px-1" data-tone="restricted">
            <Mark tone="restricted" />
            restricted, dashed border
          </li>
        )}
      </Group>
      {facets.evidence.length > 0 && (
        <Group title="Known from">
          {facets.evidence.map(([evidence, n]) =>
            item('evidence', evidence, EVIDENCE_WORD[evidence], n, <EvidenceShape evidence={evidence} />),
          )}
        </Group>
      )}
      {facets.binding.length > 0 && (
        <Group title="Binding">
          {facets.binding.map(([state, n]) =>
            item(
              'binding',
              state,
              BINDING_WORD[state],
              n,
              <span data-tone={BINDING_TONE[state]} className={state === 'none' || state === 'stable' ? 'text-muted' : 'text-tone'}>
                <LineShape state={state} />
              </span>,
            ),
          )}
          {modes.map((mode) => (
            <li key={mode} className="flex h-6 items-center gap-1.5 px-1">
              <HeadShape binding={mode} />
              {mode}
            </li>
          ))}
        </Group>
      )}
    </section>
  )
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-1">
      <p className="pe-1 text-muted">{title}</p>
      <ul aria-label={title} className="flex flex-wrap gap-x-1">
        {children}
      </ul>
    </div>
  )
}

type ItemProps = {
  readonly label: string
  readonly count: number
  readonly sign: ReactNode
  readonly pressed: boolean
  readonly onPress: () => void
}

function LegendItem({ label, count, sign, pressed, onPress }: ItemProps) {
  return (
    <li>
      <button
        type="button"
        aria-pressed={pressed}
        onClick={onPress}
        title={pressed ? `Show everything again` : `Show only ${label}`}
        className={`flex h-6 items-center gap-1.5 rounded-mark border px-1 ${pressed ? 'border-accent bg-selected' : 'border-transparent hover:bg-hover'}`}
      >
        {sign}
        {label}
        <span className="text-muted">{count}</span>
      </button>
    </li>
  )
}
