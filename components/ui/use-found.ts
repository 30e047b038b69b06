'use client'
import { useEffect, useState } from 'react'
import { fetchJson, problemFrom } from '#components/ui/fetch-json.ts'

type Answer = {
  readonly entries: readonly { readonly href: string; readonly label: string; readonly about: string }[]
  readonly notes: readonly string[]
}
type Found = Answer & { readonly state: 'answered' | 'asking' | 'silent'; readonly problem?: string }

const WAIT_MS = 120
const NOTHING: Found = { state: 'answered', entries: [], notes: [] }

/** What a search route says to a text, asked when typing pauses. An answer to an older text never takes the place of a newer one's. */
export function useFound(searchAt: string | undefined, text: string): Found {
  const [last, setLast] = useState<{ readonly q: string; readonly found: Found }>({ q: '', found: NOTHING })
  const q = text.trim()
  useEffect(() => {
    if (searchAt === undefined || q === '') return undefined
    let left = false
    const put = (found: Found): void => {
      if (!left) setLast({ q, found })
    }
    const ask = async (): Promise<void> => {
      try {
        put({ state: 'answered', ...(await fetchJson<Answer>(`${searchAt}?q=${encodeURIComponent(q)}`)) })
      } catch (error) {
        put({ ...NOTHING, state: 'silent', problem: problemFrom(error).message })
      }
    }
    const timer = setTimeout(() => void ask(), WAIT_MS)
    return () => {
      left = true
      clearTimeout(timer)
    }
  }, [searchAt, q])
  if (searchAt === undefined || q === '') return NOTHING
  // The entries of the text before stay in sight while the next answer is on its way: the list must not flicker.
  return last.q === q ? last.found : { ...last.found, state: 'asking', notes: [] }
}
