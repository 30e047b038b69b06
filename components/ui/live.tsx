'use client'
import { useRouter } from 'next/navigation'
import { createContext, type ReactNode, use, useEffect, useEffectEvent, useState } from 'react'
import { portalNow, useNow } from '#components/ui/clock.ts'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { exactWords, spanWords } from '#components/ui/time-words.ts'

type State = { readonly is: 'connecting' } | { readonly is: 'live' } | { readonly is: 'lost'; readonly since: number }
type Listener = { readonly topics: readonly string[]; readonly call: () => void }
type Live = { readonly state: State; readonly listen: (listener: Listener) => () => void }

const STREAM = '/api/stream'
const RETRY_MS = 2000
const GATHER_MS = 60
/** Of a reconnect: whatever the page shows may have changed. */
const EVERYTHING = '*'

const Context = createContext<Live>({ state: { is: 'connecting' }, listen: () => () => undefined })

const concerns = (topics: readonly string[], topic: string): boolean =>
  topics.some((wanted) => topic === EVERYTHING || topic === wanted || topic.startsWith(`${wanted}:`))

const topicOf = (data: string): string => {
  try {
    const parsed: unknown = JSON.parse(data)
    return typeof parsed === 'object' && parsed !== null && 'topic' in parsed && typeof parsed.topic === 'string' ? parsed.topic : ''
  } catch {
    return ''
  }
}

/** What was heard lately: a part of the page that is brought to life after it was drawn has missed it (milliseconds). */
const LATELY_MS = 10_000
type Heard = Map<string, number>

function note(heard: Heard, topic: string): void {
  const now = Date.now()
  for (const [known, at] of heard) if (at < now - LATELY_MS) heard.delete(known)
  heard.set(topic, now)
}

/** Keeps one stream open. What was missed while it was cut is asked for again by everybody. */
function openStream(listeners: ReadonlySet<Listener>, heard: Heard, onState: (state: State) => void): () => void {
  let source: EventSource | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let lost = false
  const connect = (): void => {
    source = new EventSource(STREAM)
    source.onopen = () => {
      // What happened between drawing the page and this moment, or while the stream was cut, was not heard.
      note(heard, EVERYTHING)
      for (const listener of listeners) listener.call()
      lost = false
      onState({ is: 'live' })
    }
    source.onmessage = (event: MessageEvent<string>) => {
      const topic = topicOf(event.data)
      note(heard, topic)
      for (const listener of listeners) if (concerns(listener.topics, topic)) listener.call()
    }
    source.onerror = () => {
      if (!lost) onState({ is: 'lost', since: portalNow() })
      lost = true
      // The browser gives up on an HTTP error, so we ask again ourselves.
      if (source?.readyState === EventSource.CLOSED) retry = setTimeout(connect, RETRY_MS)
    }
  }
  connect()
  return () => {
    clearTimeout(retry)
    source?.close()
  }
}

/** One event stream per tab for everything below. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const [state, setState] = useState<State>({ is: 'connecting' })
  const [listeners] = useState(() => new Set<Listener>())
  const [heard] = useState<Heard>(() => new Map())
  const [listen] = useState(() => (listener: Listener) => {
    listeners.add(listener)
    const since = Date.now() - LATELY_MS
    if ([...heard].some(([topic, at]) => at > since && concerns(listener.topics, topic))) listener.call()
    return () => listeners.delete(listener)
  })
  useEffect(() => openStream(listeners, heard, setState), [listeners, heard])
  return <Context value={{ state, listen }}>{children}</Context>
}

/** Calls back when something of these topics changed, a burst once, and after a reconnect. `approvals` hears `approvals:<id>`. */
export function useLive(topics: readonly string[], onChange: () => void): void {
  const { listen } = use(Context)
  const changed = useEffectEvent(onChange)
  const key = topics.join(' ')
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const call = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined
        changed()
      }, GATHER_MS)
    }
    const stop = listen({ topics: key.split(' '), call })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [key, listen])
}

/** For pages drawn on the server: asks for them again when something of these topics changed. */
export function LiveRefresh({ topics }: { readonly topics: readonly string[] }) {
  const router = useRouter()
  useLive(topics, () => router.refresh())
  return null
}

/** Says whether the page follows what happens. */
export function LiveMark() {
  const { state } = use(Context)
  const now = useNow()
  if (state.is === 'live') return <StatusMark tone="ok">Live</StatusMark>
  if (state.is === 'connecting') return <StatusMark tone="working">Connecting</StatusMark>
  return (
    <span title={`Lost ${exactWords(state.since)}. What you see may be old.`}>
      <StatusMark tone="caution">Reconnecting since {spanWords(now - state.since)}</StatusMark>
    </span>
  )
}
