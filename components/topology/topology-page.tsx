'use client'
import { Canvas } from '#components/topology/canvas.tsx'
import { Findings } from '#components/topology/findings.tsx'
import { Hops } from '#components/topology/hops.tsx'
import { Legend } from '#components/topology/legend.tsx'
import { NodePanel } from '#components/topology/node-panel.tsx'
import { HiddenCount, Notices } from '#components/topology/notices.tsx'
import { Outline } from '#components/topology/outline.tsx'
import { FILTERS, graphQuery, type ListFilter, listOf, toggled } from '#components/topology/graph-query.ts'
import { useAddress } from '#components/topology/use-address.ts'
import { useTopology } from '#components/topology/use-topology.ts'
import { count } from '#components/topology/words.ts'
import { Empty } from '#components/ui/empty.tsx'
import { problemFrom } from '#components/ui/fetch-json.ts'
import { FilterField } from '#components/ui/filter-field.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { HOPS_MAX, neighbourhood } from '#lib/topology/neighbourhood.ts'
import { outlineOf } from '#lib/topology/outline.ts'
import type { TopologyView } from '#lib/topology/view.ts'

type Props = { readonly initial: { readonly query: string; readonly view: TopologyView } }

/** Outline, picture and details of one graph. What is chosen in one is chosen in all; the address holds everything. */
export function TopologyPage({ initial }: Props) {
  const { search, now, change } = useAddress()
  const { data, error, refetch } = useTopology(graphQuery(search), initial)
  const view = data ?? initial.view
  const selected = search.get('node') ?? view.focus
  const hops = hopsOf(search.get('hops'))
  const distance = view.focus === undefined ? undefined : neighbourhood(view.edges, view.focus, hops)
  const near = distance && new Set(distance.keys())
  const items = outlineOf(view, distance, view.focus)

  const onSelect = (node: string): void => change({ node }, 'replace')
  const onFocusNode = (focus: string): void => change({ focus, node: undefined, hops: String(Math.max(1, hops)) })
  const clearFilters = (): void => change(Object.fromEntries(FILTERS.map((key) => [key, undefined])))
  const isFiltered = FILTERS.some((key) => search.has(key))
  const chosen = (filter: ListFilter): readonly string[] => listOf(search, filter)

  return (
    <>
      <PageHead
        title="Topology"
        about={`${count(view.nodes.length, 'node')}, ${count(view.edges.length, 'edge')}`}
        actions={<FilterField label="Filter by name, kind, domain, state" />}
      />
      <div className="mb-2 flex flex-col gap-2">
        {error && (
          <ProblemPanel problem={problemFrom(error)} title="The topology could not be brought up to date" onRetry={() => void refetch()} />
        )}
        <Notices view={view} />
        <div className="flex flex-wrap items-end gap-x-4 gap-y-2">
          <DomainChoice view={view} value={search.get('domain') ?? ''} onChoose={(domain) => change({ domain })} />
          <Hops
            name={view.nodes.find((node) => node.id === view.focus)?.name}
            hops={hops}
            near={near?.size ?? 0}
            isOn={() => now().has('focus')}
            onStep={(by) => change({ hops: String(Math.min(HOPS_MAX, Math.max(0, hopsOf(now().get('hops')) + by))) }, 'replace')}
            onClear={() => change({ focus: undefined, hops: undefined })}
          />
        </div>
      </div>
      {view.drawn === 'counts' || view.nodes.length === 0 ? (
        <Nothing view={view} isFiltered={isFiltered} />
      ) : (
        <ViewSwitch
          value={search.get('view') === 'picture' ? 'picture' : 'outline'}
          onChoose={(next) => change({ view: next }, 'replace')}
        />
      )}
      <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] items-start gap-4 wide:grid-cols-[minmax(0,1fr)_320px]">
        <section aria-label="Graph" className="min-w-0 rounded-control border border-line bg-surface">
          {view.nodes.length > 0 && (
            <div className="flex h-[min(40rem,max(22rem,calc(100dvh-16rem)))] min-w-0">
              <div
                className={`${search.get('view') === 'picture' ? 'hidden min-[900px]:flex' : 'flex'} min-h-0 w-full min-w-0 flex-col border-line min-[900px]:w-[340px] min-[900px]:shrink-0 min-[900px]:border-e`}
              >
                <Outline items={items} selected={selected} onSelect={onSelect} onFocusNode={onFocusNode} />
              </div>
              <div className={`${search.get('view') === 'picture' ? 'flex' : 'hidden min-[900px]:flex'} min-h-0 min-w-0 flex-1`}>
                <Canvas view={view} near={near} selected={selected} onSelect={onSelect} onFocusNode={onFocusNode} />
              </div>
            </div>
          )}
          <Legend view={view} chosen={chosen} onToggle={(filter, word) => change({ [filter]: toggled(chosen(filter), word) })} />
          <div className="border-t border-line">
            <HiddenCount view={view} onClear={isFiltered ? clearFilters : undefined} />
          </div>
        </section>
        <div className="flex min-w-0 flex-col gap-4 wide:sticky wide:top-[calc(var(--header)+1rem)] wide:max-h-[calc(100dvh-var(--header)-2rem)] wide:overflow-y-auto">
          <NodePanel id={selected} focus={view.focus} onSelect={onSelect} onFocusNode={onFocusNode} />
        </div>
        <Findings view={view} onSelect={onSelect} />
      </div>
    </>
  )
}

const hopsOf = (text: string | null): number => {
  const hops = Number(text ?? 1)
  return Number.isInteger(hops) && hops >= 0 && hops <= HOPS_MAX ? hops : 1
}

function DomainChoice({
  view,
  value,
  onChoose,
}: {
  readonly view: TopologyView
  readonly value: string
  readonly onChoose: (domain: string) => void
}) {
  const named = view.facets.domain.map(([domain]) => (domain === '' ? '-' : domain))
  const all = value !== '' && !named.includes(value) ? [value, ...named] : named
  return (
    <SelectField
      label="Domain"
      name="domain"
      value={value}
      onText={onChoose}
      options={[
        { value: '', label: 'All domains' },
        ...all.map((domain) => ({ value: domain, label: domain === '-' ? 'Platform, no domain' : domain })),
      ]}
    />
  )
}

/** Below 900 px there is room for one: the outline first, the picture as a second tab. */
function ViewSwitch({
  value,
  onChoose,
}: {
  readonly value: 'outline' | 'picture'
  readonly onChoose: (value: 'outline' | 'picture') => void
}) {
  return (
    <fieldset aria-label="Show as" className="mb-2 flex gap-1 min-[900px]:hidden">
      {(['outline', 'picture'] as const).map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={value === one}
          onClick={() => onChoose(one)}
          className={`h-7 rounded-control border px-3 ${value === one ? 'border-accent bg-selected' : 'border-line-strong bg-surface'}`}
        >
          {one === 'outline' ? 'Outline' : 'Picture'}
        </button>
      ))}
    </fieldset>
  )
}

function Nothing({ view, isFiltered }: { readonly view: TopologyView; readonly isFiltered: boolean }) {
  if (view.drawn === 'counts')
    return (
      <Empty title={`${view.hidden.reduce((sum, one) => sum + one.count, 0)} nodes are too many to draw.`}>
        The legend counts them by kind and state. Choose a domain, a kind or a state to see them.
      </Empty>
    )
  if (isFiltered) return <Empty title="No node matches the filter.">Clear the filters to see {count(view.total, 'node')}.</Empty>
  return (
    <Empty title="Nothing is published or declared yet.">Clusters, applications and their relationships appear here by themselves.</Empty>
  )
}
