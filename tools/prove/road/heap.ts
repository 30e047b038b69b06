import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'

/** Memory and descriptors of a Node process as they are seen from outside. Sizes in bytes. */
export type Sample = { readonly heap: number; readonly rss: number; readonly descriptors: number }

const OPEN_MS = 10_000

/**
 * Opens the inspector of a running process (SIGUSR1) that was started with `--inspect-port`, and gives back what reads its heap: after two
 * collections, so that only what is still held counts.
 */
export async function openHeap(pid: number, port: number): Promise<{ readonly sample: () => Promise<Sample>; readonly close: () => void }> {
  process.kill(pid, 'SIGUSR1')
  const socket = new WebSocket(await addressOf(port))
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true })
    socket.addEventListener('error', () => reject(new Error('the inspector refused')), { once: true })
  })
  const waiting = new Map<number, (result: unknown) => void>()
  let last = 0
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown } // safe: the inspector's protocol
    if (id !== undefined) waiting.get(id)?.(result)
  })
  const ask = (method: string): Promise<unknown> =>
    new Promise((resolve) => {
      waiting.set((last += 1), resolve)
      socket.send(JSON.stringify({ id: last, method }))
    })
  return {
    sample: async () => {
      for (let round = 0; round < 2; round += 1) await ask('HeapProfiler.collectGarbage')
      const { usedSize } = (await ask('Runtime.getHeapUsage')) as { usedSize: number } // safe: the inspector's protocol
      const resident = /^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]
      return { heap: usedSize, rss: Number(resident) * 1024, descriptors: (await readdir(`/proc/${pid}/fd`)).length }
    },
    close: () => socket.close(),
  }
}

async function addressOf(port: number): Promise<string> {
  for (const end = performance.now() + OPEN_MS; performance.now() < end; await pause(100)) {
    const answer = await fetch(`http://127.0.0.1:${port}/json/list`).catch(() => undefined)
    const [first] = ((await answer?.json()) ?? []) as readonly { webSocketDebuggerUrl: string }[] // safe: the inspector's protocol
    if (first !== undefined) return first.webSocketDebuggerUrl
  }
  throw new Error('the inspector did not open')
}
