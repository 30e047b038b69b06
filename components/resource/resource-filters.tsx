'use client'
import { HEALTH_LOOK } from '#lib/kube/health-look.ts'
import { FilterField } from '#components/ui/filter-field.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { HEALTHS } from '#lib/kube/summary/reading.ts'
import type { ResourceAddress, ResourceParam } from '#lib/resource/address.ts'

type Props = {
  readonly address: ResourceAddress
  readonly namespaces: readonly string[]
  readonly onChange: (key: ResourceParam, value: string) => void
}

/** Filters of a kind's table. Each stands in the address and is answered by the server, over all objects and not over what is shown. */
export function ResourceFilters({ address, namespaces, onChange }: Props) {
  const set = (key: ResourceParam) => (value: string) => onChange(key, value)
  const { namespace } = address
  // A namespace that emptied stays choosable while the address names it.
  const known = namespace === undefined || namespaces.includes(namespace) ? namespaces : [...namespaces, namespace]
  return (
    <div className="mb-3 flex flex-wrap items-end gap-x-3 gap-y-2">
      <FilterField label="Filter by name or text" onText={set('q')} />
      <FilterField label="Label, e.g. app=web" param="label" onText={set('label')} />
      <FilterField label="Condition, e.g. Ready=False" param="condition" onText={set('condition')} />
      {known.length > 0 && (
        <SelectField
          label="Namespace"
          name="namespace"
          value={namespace ?? ''}
          onText={set('namespace')}
          options={[{ value: '', label: 'All' }, ...known.map((value) => ({ value, label: value }))]}
        />
      )}
      <SelectField
        label="Health"
        name="health"
        value={address.health ?? ''}
        onText={set('health')}
        options={[{ value: '', label: 'Any' }, ...HEALTHS.map((value) => ({ value, label: HEALTH_LOOK[value].word }))]}
      />
    </div>
  )
}
