'use client'
import { useSearchParams } from 'next/navigation'
import { addressOf, type ResourceAddress, type ResourceParam, withParam } from '#lib/resource/address.ts'

export type TableAddress = {
  readonly address: ResourceAddress
  /** Goes to another state of the same table: a step of its own for the back button. */
  readonly go: (search: string) => void
  /** Changes one thing in place: what is typed leaves no steps behind. */
  readonly set: (key: ResourceParam, value: string) => void
}

/** A search of nothing would leave its mark in the address. */
const placeOf = (search: string): string => (search === '?' ? window.location.pathname : search)

/** The state of the table stands in the address, which changes here without the server drawing the page anew. */
export function useTableAddress(): TableAddress {
  const search = useSearchParams()
  return {
    address: addressOf(search),
    go: (to) => window.history.pushState(null, '', placeOf(to)),
    set: (key, value) => {
      // The address itself, since the last key may not have been drawn yet.
      const now = addressOf(new URLSearchParams(window.location.search))
      if ((now[key] ?? '') !== value) window.history.replaceState(null, '', placeOf(withParam(now, key, value)))
    },
  }
}
