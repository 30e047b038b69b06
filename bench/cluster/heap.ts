import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { counted, type Figure, type Measurement } from '../harness/figure.ts'
import { startPackApi } from '../harness/replay.ts'

/** What the model of 100,000 objects keeps in memory, beside client-node's informer of the same (K2). */
export const measurement: Measurement = { name: 'heap', run: benchHeap }

const OBJECTS = 100_000
const PROGRAM = join(import.meta.dirname, '../harness/held.ts')

type Held = { readonly objects: number; readonly heap: number; readonly external: number; readonly rss: number }

async function benchHeap(): Promise<readonly Figure[]> {
  const api = await startPackApi(OBJECTS)
  try {
    const theirs = await heldBy('informer', api.kubeconfig)
    const ours = await heldBy('ours', api.kubeconfig)
    const words = (held: Held): string =>
      `heap ${mb(held.heap)}, outside it ${mb(held.external)}, resident ${mb(held.rss)} MB more than before`
    const note = `${OBJECTS} objects of 1.7 to 2.5 kB; ours: ${words(ours)}; informer: ${words(theirs)}`
    return [
      counted('K2-heap', '≤ 0.20 × a client-node informer', ours.heap / theirs.heap, { atMost: 0.2 }, note),
      counted(
        'K2-memory',
        '≤ 0.50 × a client-node informer (our own bound)',
        (ours.heap + ours.external) / (theirs.heap + theirs.external),
        { atMost: 0.5 },
        'the heap and what is kept outside it',
      ),
    ]
  } finally {
    await api.stop()
  }
}

/** In a fresh process, after two collections; its answer is how many objects it holds. */
async function heldBy(who: 'ours' | 'informer', kubeconfig: string): Promise<Held> {
  const args = ['--conditions=react-server', '--expose-gc', '--max-old-space-size=4096', PROGRAM, who, kubeconfig]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const held = JSON.parse(stdout) as Held // safe: held.ts prints it
  if (held.objects !== OBJECTS) throw new Error(`${who} holds ${held.objects} of ${OBJECTS} objects`)
  return held
}

const mb = (bytes: number): number => Math.round(bytes / 1e6)
