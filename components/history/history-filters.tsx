import { SOURCES, SOURCE_WORDS } from '#components/history/look.ts'
import { FilterField } from '#components/ui/filter-field.tsx'
import { Tabs } from '#components/ui/tabs.tsx'
import type { HistorySource } from '#lib/history/event.ts'

type Props = { readonly address: string; readonly source: HistorySource | undefined; readonly who: string; readonly q: string }

/** All filters stand in the address, so a view can be sent to a colleague. */
export function HistoryFilters({ address, source, who, q }: Props) {
  const href = (to: HistorySource | undefined): string => {
    const query = new URLSearchParams({ ...(to !== undefined && { source: to }), ...(who !== '' && { who }), ...(q !== '' && { q }) })
    return query.size === 0 ? address : `${address}?${query}`
  }
  return (
    <div className="flex flex-col gap-2">
      <Tabs
        label="Sources"
        items={[
          { href: href(undefined), label: 'Everything', current: source === undefined },
          ...SOURCES.map((each) => ({ href: href(each), label: SOURCE_WORDS[each], current: each === source })),
        ]}
      />
      <div className="flex flex-wrap gap-2">
        <FilterField label="Filter by object, words or commit" />
        <FilterField label="Who" param="who" />
      </div>
    </div>
  )
}
