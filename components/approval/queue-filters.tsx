'use client'
import type { Route } from 'next'
import { useRouter } from 'next/navigation'
import { SelectField } from '#components/ui/select-field.tsx'
import { FilterField } from '#components/ui/filter-field.tsx'
import { type QueueAddress, type QueueFilter, queueSearch } from '#lib/approval/queue-address.ts'
import { routes } from '#lib/routes.ts'

const named = (...values: readonly string[]) => values.map((value) => ({ value, label: value }))
const RISKS = named('High', 'Low', 'Unknown')
const STATES = ['approved', 'denied', 'withdrawn'].map((value) => ({ value, label: `${value.slice(0, 1).toUpperCase()}${value.slice(1)}` }))

/** Filters of the inbox. Each stands in the address and is answered by the server, over everything and not over what is shown. */
export function QueueFilters({ address, domains }: { readonly address: QueueAddress; readonly domains: readonly string[] }) {
  const router = useRouter()
  const choose = (key: QueueFilter) => (value: string) => {
    const { after: _, [key]: __, ...rest } = address
    const to: QueueAddress = value === '' ? rest : { ...rest, [key]: value }
    router.replace(`${routes.approvals()}${queueSearch(to)}` as Route /* safe: the page we are on */, { scroll: false })
  }
  const select = (key: QueueFilter, label: string, options: readonly { readonly value: string; readonly label: string }[]) => (
    <SelectField
      label={label}
      name={key}
      value={address[key] ?? ''}
      onText={choose(key)}
      options={[{ value: '', label: 'Any' }, ...options]}
    />
  )
  // A domain in the address that the policy file no longer has stays choosable: history has it.
  const known = address.domain === undefined || domains.includes(address.domain) ? domains : [...domains, address.domain]
  return (
    <div className="mb-3 flex flex-wrap items-end gap-x-3 gap-y-2">
      <FilterField label="Filter the requests" without="after" />
      <FilterField label="Person" param="person" without="after" />
      {select('risk', 'Risk', RISKS)}
      {select('domain', 'Domain', named(...known))}
      {address.view === 'decided' && select('state', 'State', STATES)}
    </div>
  )
}
