'use client'
import type { Route } from 'next'
import { usePathname, useRouter } from 'next/navigation'
import { HEALTH_LOOK } from '#lib/kube/health-look.ts'
import { FilterField } from '#components/ui/filter-field.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { HEALTHS } from '#lib/kube/summary/reading.ts'
import { type ResourceAddress, type ResourceParam, withParam } from '#lib/resource/address.ts'

type Props = { readonly address: ResourceAddress; readonly namespaces: readonly string[] }

/** Filters of a kind's table. Each stands in the address and is answered by the server, over all objects and not over what is shown. */
export function ResourceFilters({ address, namespaces }: Props) {
  const router = useRouter()
  const path = usePathname()
  const choose = (key: ResourceParam) => (value: string) =>
    router.replace(`${path}${withParam(address, key, value)}` as Route /* safe: the page we are on */, { scroll: false })
  const { namespace } = address
  // A namespace that emptied stays choosable while the address names it.
  const known = namespace === undefined || namespaces.includes(namespace) ? namespaces : [...namespaces, namespace]
  return (
    <div className="mb-3 flex flex-wrap items-end gap-x-3 gap-y-2">
      <FilterField label="Filter by name or text" without="page" />
      <FilterField label="Label, e.g. app=web" param="label" without="page" />
      <FilterField label="Condition, e.g. Ready=False" param="condition" without="page" />
      {known.length > 0 && (
        <SelectField
          label="Namespace"
          name="namespace"
          value={namespace ?? ''}
          onText={choose('namespace')}
          options={[{ value: '', label: 'All' }, ...known.map((value) => ({ value, label: value }))]}
        />
      )}
      <SelectField
        label="Health"
        name="health"
        value={address.health ?? ''}
        onText={choose('health')}
        options={[{ value: '', label: 'Any' }, ...HEALTHS.map((value) => ({ value, label: HEALTH_LOOK[value].word }))]}
      />
    </div>
  )
}
