'use client'
import { useRouter } from 'next/navigation'
import { createContext, type ReactNode, use, useEffect, useEffectEvent, useRef, useState, useSyncExternalStore, useTransition } from 'react'
import { closedWords } from '#components/ui/live-words.ts'
import { createLive, type Live } from '#components/ui/live-tab.ts'
import { CALM, EDGES, paced, type Rhythm } from '#components/ui/pace.ts'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { spanWords } from '#components/ui/time-words.ts'
import { type Beat, SILENCE_MAX_MS } from '#lib/live/beat.ts'

const Context = createContext<Live | undefined>(undefined)

/** One event stream per tab for everything below; `from` is the place in it where the page was drawn. */
export function LiveProvider({ from, children }: { readonly from: string | undefined; readonly children: ReactNode }) {
  const [live] = useState(() => createLive(from))
  useEffect(() => live.start(), [live])
  return <Context value={live}>{children}</Context>
}

/** Calls back when something of these topics changed, a burst once, and never before the last answer came. `rhythm` is a constant. */
export function useLive(topics: readonly string[], onChange: () => unknown, rhythm: Rhythm = CALM): void {
  const live = use(Context)
  const changed = useEffectEvent(onChange)
  const key = topics.join('\n')
  useEffect(() => {
    if (key === '') return
    const pace = paced(() => changed(), rhythm)
    const leave = live?.listen({ topics: key.split('\n'), call: pace.call })
    return () => {
      pace.stop()
      leave?.()
    }
  }, [key, rhythm, live])
}

type RefreshProps = {
  readonly topics: readonly string[]
  /** What concerns the page only at its edges, and may change often: looked at a few times a minute. */
  readonly also?: readonly string[]
}

/** For pages drawn on the server: asks for them again when something of these topics changed. */
export function LiveRefresh({ topics, also = [] }: RefreshProps) {
  const router = useRouter()
  const [pending, start] = useTransition()
  const waiting = useRef<() => void>(undefined)
  const refresh = (): Promise<void> =>
    new Promise((resolve) => {
      waiting.current = resolve
      start(() => router.refresh())
    })
  useEffect(() => {
    if (!pending) waiting.current?.()
  }, [pending])
  useLive(topics, refresh)
  useLive(also, refresh, EDGES)
  return null
}

const nothing = (): (() => void) => () => undefined

/** What the portal said last of its sources; undefined before the first beat. */
export function useBeat(): Beat | undefined {
  const live = use(Context)
  return useSyncExternalStore(
    live?.subscribe ?? nothing,
    () => live?.beat(),
    () => undefined,
  )
}

/** Whether the page has heard nothing for so long that what it shows may be old. */
export function useSilent(): boolean {
  const live = use(Context)
  return useSyncExternalStore(
    live?.subscribe ?? nothing,
    () => (live?.silence() ?? 0) > SILENCE_MAX_MS,
    () => false,
  )
}

/** Why nothing may be decided from this page now, as far as the page can tell; undefined while the portal and its sources are heard. */
export function useClosed(): string | undefined {
  const live = use(Context)
  return useSyncExternalStore(
    live?.subscribe ?? nothing,
    () => live && closedWords(live.beat(), live.silence()),
    () => undefined,
  )
}

/** Says whether the page follows what happens. */
export function LiveMark() {
  const live = use(Context)
  const state = useSyncExternalStore(
    live?.subscribe ?? nothing,
    () => live?.state() ?? 'connecting',
    () => 'connecting' as const,
  )
  // The span is all that changes by itself: a page that follows draws nothing each second.
  const silence = useSyncExternalStore(
    live?.subscribe ?? nothing,
    () => (live?.state() === 'lost' ? spanWords(live.silence()) : ''),
    () => '',
  )
  if (state === 'live') return <StatusMark tone="ok">Live</StatusMark>
  if (state === 'connecting') return <StatusMark tone="working">Connecting</StatusMark>
  if (state === 'signed-out') return <StatusMark tone="caution">Signed out. Load the page again to sign in.</StatusMark>
  return (
    <span title="What you see may be old.">
      <StatusMark tone="unknown">Reconnecting, last heard {silence} ago</StatusMark>
    </span>
  )
}
