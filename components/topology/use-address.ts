'use client'
import { usePathname, useSearchParams } from 'next/navigation'

/** The page's state is its address. What only looks (focus, filter, selection) changes without asking the server for the page again. */
export function useAddress() {
  const path = usePathname()
  const search = useSearchParams()
  /** The address as it stands, which the last drawing of the page may not know yet: keys come faster than drawings. */
  const now = (): URLSearchParams => new URLSearchParams(window.location.search)
  const change = (next: Readonly<Record<string, string | undefined>>, how: 'push' | 'replace' = 'push'): void => {
    const query = now()
    for (const [key, value] of Object.entries(next)) {
      if (value === undefined || value === '') query.delete(key)
      else query.set(key, value)
    }
    const address = `${path}${query.size > 0 ? `?${query}` : ''}`
    if (how === 'push') window.history.pushState(null, '', address)
    else window.history.replaceState(null, '', address)
  }
  return { search, now, change }
}
