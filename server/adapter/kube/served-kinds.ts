import 'server-only'
import { isBuiltIn, isKubernetesGroup } from '#lib/kube/built-in.ts'
import type { ServedKind } from '#lib/kube/concept.ts'
import type { Connection } from '#server/adapter/kube/connection.ts'
import { discover } from '#server/adapter/kube/discovery.ts'
import { silenceWords } from '#server/adapter/kube/silence.ts'
import { causeText, log } from '#server/log.ts'

const DISCOVERY_MS = 15_000
const RETRY_MS = 1_000
/** A group is announced by several definitions in a row. */
const SETTLE_MS = 200

export type ServedKinds = {
  /** Without the kinds of the API server itself that only the explorer reads; both lists are new after each discovery. */
  readonly kinds: () => readonly ServedKind[]
  readonly builtIn: () => readonly ServedKind[]
  /** Groups that exist and did not say what they serve; what they served before is kept. */
  readonly silent: () => readonly string[]
  /** Why nothing is known now, in words; undefined after a discovery that succeeded. */
  readonly failure: () => string | undefined
  /** Epoch milliseconds of the last discovery that succeeded; 0 before the first. */
  readonly at: () => number
  /** Discovers again in a moment. */
  readonly again: () => void
  readonly stop: () => void
}

type Following = {
  readonly only: (kind: ServedKind) => boolean
  readonly found: (kinds: readonly ServedKind[]) => void
  readonly now: () => number
}

/** Follows what an API server serves, for ever: at once, on a timer, and when asked. */
export function followServedKinds(connection: Connection, { only, found, now }: Following): ServedKinds {
  let all: readonly ServedKind[] = []
  let kinds: readonly ServedKind[] = []
  let builtIn: readonly ServedKind[] = []
  let silent: readonly string[] = []
  let failure: string | undefined = 'not discovered yet'
  let at = 0
  let isStopped = false
  let timer: NodeJS.Timeout | undefined

  const look = async (): Promise<void> => {
    try {
      const answer = await discover(connection)
      silent = answer.silent
      all = [...answer.kinds.filter(only), ...all.filter(({ group }) => silent.includes(group))]
      kinds = all.filter((kind) => !isBuiltIn(kind))
      builtIn = all.filter(isBuiltIn)
      at = now()
      failure = undefined
      // A metrics API that is down is nobody's business here.
      const missed = silent.filter((group) => !isKubernetesGroup(group))
      if (missed.length > 0) log.warn('kube.discovery-partial', { groups: missed.join(', ') })
      if (!isStopped) found(all)
    } catch (error) {
      failure = silenceWords(error)
      log.warn('kube.discovery-failed', { error: causeText(error) })
    }
    schedule(failure === undefined ? DISCOVERY_MS : RETRY_MS)
  }
  const schedule = (delay: number): void => {
    clearTimeout(timer)
    if (!isStopped) timer = setTimeout(() => void look(), delay)
  }
  void look()
  return {
    kinds: () => kinds,
    builtIn: () => builtIn,
    silent: () => silent,
    failure: () => failure,
    at: () => at,
    again: () => schedule(SETTLE_MS),
    stop: () => {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
