'use client'
import { useRouter } from 'next/navigation'
import { createContext, type ReactNode, use, useEffect, useEffectEvent, useState } from 'react'
import { useNow } from '#components/ui/clock.ts'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { exactWords, spanWords } from '#components/ui/time-words.ts'

type State = { readonly is: 'connecting' } | { readonly is: 'live' } | { readonly is: 'lost'; readonly since: number }
type Listener = { readonly topics: readonly string[]; readonly call: () => void }
type Live = { readonly state: State; readonly listen: (listener: Listener) => () => void }

const STREAM = '/api/stream'
const RETRY_MS = 2000
const GATHER_MS = 60

const Context = createContext<Live>({ state: { is: 'connecting' }, listen: () => () => undefined })

const concerns = (topics: readonly string[], topic: string): boolean =>
  topics.some((wanted) => topic === '*' || topic === wanted || topic.startsWith(`${wanted}:`))

const topicOf = (data: string): string => {
  try {
    const parsed: unknown = JSON.parse(data)
    return typeof parsed === 'object' && parsed !== null && 'topic' in parsed && typeof parsed.topic === 'string' ? parsed.topic : ''
  } catch {
    return ''
  }
}

/** Keeps one stream open. What was missed while it was cut is asked for again by everybody. */
function openStream(listeners: ReadonlySet<Listener>, onState: (state: State) => void): () => void {
  let source: EventSource | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let lost = false
  const connect = (): void => {
    source = new EventSource(STREAM)
    source.onopen = () => {
      // What happened between drawing the page and this moment, or while the stream was cut, was not heard.
      for (const listener of listeners) listener.call()
      lost = false
      onState({ is: 'live' })
    }
    source.onmessage = (event: MessageEvent<string>) => {
      const topic = topicOf(event.data)
      for (const listener of listeners) if (concerns(listener.topics, topic)) listener.call()
    }
    source.onerror = () => {
      if (!lost) onState({ is: 'lost', since: Date.now() })
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
  const [listen] = useState(() => (listener: Listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  })
  useEffect(() => openStream(listeners, setState), [listeners])
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
