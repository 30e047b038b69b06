'use client'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { fetchJson, problemFrom } from '#components/ui/fetch-json.ts'
import { useLive } from '#components/ui/live.tsx'
import { EDGES, PROMPT } from '#components/ui/pace.ts'
import type { Problem } from '#lib/error.ts'
import type { Result } from '#lib/result.ts'
import type { ResourcesView } from '#lib/resource/view.ts'

/** What the server drew, and the question that it answers. */
export type Drawn = { readonly question: string; readonly page: Result<ResourcesView, Problem> }

export type Follows = {
  readonly topics: readonly string[]
  /** What concerns the table only at its edges, and may change often. */
  readonly also: readonly string[]
}

export type Objects = {
  /** The newest answer; while a new question is under way, the answer to the one before. */
  readonly view: ResourcesView | undefined
  readonly problem: Problem | undefined
  /** The question that `view` answers. */
  readonly answered: string
  readonly isWaiting: boolean
  readonly again: () => void
}

/** An answer that takes longer is not waited for when somebody types on (milliseconds). */
const PATIENCE_MS = 1_000
const RETRIES = 2
const PASSING = new Set<Problem['code']>(['unavailable', 'internal'])
const ADDRESS = '/api/resources/objects'

/**
 * The table's data: at first what the server drew, then what the data route says, asked again when something of the topics changed. One
 * question is under way at a time and then the newest is asked, so a fast hand costs no more than the server gives, and no older answer
 * replaces a newer one.
 */
export function useObjects(question: string, drawn: Drawn, { topics, also }: Follows): Objects {
  const client = useQueryClient()
  const [drawnAt] = useState(() => Date.now())
  const [asked, setAsked] = useState(question)
  const isDrawn = drawn.question === asked
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery({
    queryKey: ['objects', asked],
    queryFn: ({ signal }) => fetchJson<ResourcesView>(`${ADDRESS}?${asked}`, signal),
    placeholderData: keepPreviousData,
    ...(isDrawn && drawn.page.ok && { initialData: drawn.page.value, initialDataUpdatedAt: drawnAt }),
    retry: (failures, reason) => failures < RETRIES && PASSING.has(problemFrom(reason).code),
  })
  if (asked !== question && !isFetching) setAsked(question)
  useEffect(() => {
    if (asked === question) return
    const timer = setTimeout(() => setAsked(question), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [asked, question])

  // Answers to other questions that are still held are as old as this one.
  const changed = async (): Promise<void> => {
    const isFirst = client.isFetching({ queryKey: ['objects'], predicate: ({ state }) => state.data === undefined }) > 0
    await client.invalidateQueries({ queryKey: ['objects'] })
    // A first answer that was under way is waited for and not asked anew: it may have been put together before the change.
    if (isFirst) await client.invalidateQueries({ queryKey: ['objects'] })
  }
  useLive(topics, changed, PROMPT)
  useLive(also, changed, EDGES)

  const [answered, setAnswered] = useState(asked)
  if (!isPlaceholderData && answered !== asked) setAnswered(asked)
  const unread = data === undefined && isDrawn && !drawn.page.ok ? drawn.page.error : undefined
  return {
    view: data,
    problem: error ? problemFrom(error) : unread,
    answered,
    isWaiting: isPlaceholderData || asked !== question,
    again: () => void refetch(),
  }
}
