import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Asked, Heard } from './stream-program.ts'

/** Clients of an event stream in a process of their own. */
export type StreamClients = {
  readonly open: (url: string, cookies: readonly string[], clients: number) => Promise<void>
  readonly heard: () => Promise<Heard>
  /** What was heard once nothing more comes. */
  readonly settled: () => Promise<Heard>
  readonly close: () => Promise<void>
  readonly stop: () => Promise<void>
}

const QUIET_MS = 400

export function startStreamClients(): StreamClients {
  const child = fork(join(import.meta.dirname, 'stream-program.ts'))
  const ask = async (asked: Asked): Promise<unknown> => {
    const answered = once(child, 'message')
    child.send(asked)
    const [answer] = (await answered) as [unknown] // safe: one message per answer
    if (typeof answer === 'object' && answer !== null && 'error' in answer) throw new Error(String(answer.error))
    return answer
  }
  const heard = async (): Promise<Heard> => (await ask({ do: 'count' })) as Heard // safe: the program's own answer
  return {
    open: async (url, cookies, clients) => void (await ask({ do: 'open', url, cookies, clients })),
    heard,
    settled: async () => {
      let before = await heard()
      for (;;) {
        await pause(QUIET_MS)
        const now = await heard()
        if (messagesOf(now) === messagesOf(before)) return now
        before = now
      }
    },
    close: async () => void (await ask({ do: 'close' })),
    stop: async () => {
      const gone = once(child, 'exit')
      child.disconnect()
      await gone
    },
  }
}

export const messagesOf = (heard: Heard): number => heard.reduce((sum, { messages }) => sum + messages, 0)
