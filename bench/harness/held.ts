import { setTimeout as pause } from 'node:timers/promises'
import { createKube } from '#server/adapter/kube/create-kube.ts'
import { startInformer } from '../ref/informer.ts'
import { GROUP } from '../ref/packs.ts'

// What one client of the API server holds in a fresh process: `node --expose-gc held.ts ours|informer KUBECONFIG` prints bytes of JSON.

const [who = '', kubeconfig = ''] = process.argv.slice(2)

/** What is garbage only after a turn of the event loop, such as an answer's buffers, goes with the second collection. */
async function used() {
  for (let time = 0; time < 2; time += 1) {
    await pause(200)
    globalThis.gc?.()
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heap: heapUsed, external, rss }
}

async function follow(): Promise<() => number> {
  if (who === 'informer') return startInformer(kubeconfig)
  const kube = await createKube({ kubeconfig, context: undefined, cluster: 'bench' })
  while (kube.listKind(GROUP, 'Pack').state !== 'fresh') await pause(20)
  return () => {
    const all = kube.listKind(GROUP, 'Pack')
    return all.state === 'down' ? 0 : all.value.length
  }
}

const before = await used()
const holds = await follow()
const after = await used()
const of = (key: 'heap' | 'external' | 'rss'): number => after[key] - before[key]
process.stdout.write(JSON.stringify({ objects: holds(), heap: of('heap'), external: of('external'), rss: of('rss') }))
process.exit(0)
