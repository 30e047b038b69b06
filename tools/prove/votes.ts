import { availableParallelism } from 'node:os'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { scenes } from '#lib/approval/machine-scenes.ts'
import { type Ends, search } from '#lib/approval/machine-walk.ts'

// Random interleavings of votes against the independent model, on every core. Ends with how many agreed, or with the seed that did not.

type Share = { readonly from: number; readonly end: number }
type Said = { readonly events: number; readonly ends: Ends; readonly found?: string }

/** True when every interleaving agreed. The first argument is how many, a million without it. */
export async function prove(args: readonly string[]): Promise<boolean> {
  const count = Number(args[0] ?? 1_000_000)
  const cores = Math.max(1, Math.min(availableParallelism(), 8))
  const started = Date.now()
  const shares = Array.from({ length: cores }, (_, at): Share => ({
    from: Math.floor((count * at) / cores),
    end: Math.floor((count * (at + 1)) / cores),
  }))
  const said = await Promise.all(shares.map(inWorker))
  const failed = said.find((one) => one.found !== undefined)?.found
  const events = said.reduce((sum, one) => sum + one.events, 0)
  const ends: Record<string, number> = {}
  for (const one of said) for (const [state, number] of Object.entries(one.ends)) ends[state] = (ends[state] ?? 0) + number
  process.stdout.write(
    `${count} interleavings, ${events} events in ${Math.round((Date.now() - started) / 1000)} s; they ended ${JSON.stringify(ends)}\n`,
  )
  process.stdout.write(failed === undefined ? 'no difference\n' : `DIFFERENCE\n${failed}\n`)
  return failed === undefined
}

if (!isMainThread) {
  const { from, end } = workerData as Share // safe: the main thread gave it
  const { events, ends, found } = search(scenes(1), from, end)
  const text =
    found && JSON.stringify({ seed: found.seed, acts: found.acts, of: found.scene.of, machine: found.machine, model: found.model }, null, 1)
  parentPort?.postMessage({ events, ends, ...(text !== undefined && { found: text }) } satisfies Said)
}

function inWorker(share: Share): Promise<Said> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: share })
    worker.once('message', (said: Said) => resolve(said))
    worker.once('error', reject)
  })
}
