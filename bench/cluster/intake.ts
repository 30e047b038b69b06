import type { KubeObject } from '#lib/kube/object.ts'
import { createKube } from '#server/adapter/kube/create-kube.ts'
import type { Kube } from '#server/adapter/kube/kube.ts'
import { compare } from '../harness/compare.ts'
import { counted, type Figure, type Measurement } from '../harness/figure.ts'
import { type RealPacks, startRealPacks } from '../harness/real-packs.ts'
import { startReplay, type WidgetApi } from '../harness/replay.ts'
import { GROUP } from '../ref/packs.ts'
import { listLoop, watchLoop } from '../ref/kube-loops.ts'

const OBJECTS = 20_000
const CHANGED = 2_000
const CHANGES = 20_000
const PER_SECOND = 5_000
/** Each slice lists twenty thousand objects: fewer pairs. */
const PAIRS_OF_REAL = 5

/** Listing and watching one kind through the adapter, beside reading the same bytes and parsing them (K1, K4). */
export const measurement: Measurement = { name: 'intake', run: benchIntake }

async function benchIntake(): Promise<readonly Figure[]> {
  const listed = await startReplay(OBJECTS, 0)
  const watched = await startReplay(CHANGED, CHANGES)
  const real = await startRealPacks(OBJECTS)
  try {
    const figures = [await listing(listed), ...(await watching(watched))]
    return real === undefined ? figures : [...figures, await listingReal(real)]
  } finally {
    await Promise.all([listed.stop(), watched.stop(), real?.close()])
  }
}

/** The same at a kube-apiserver, whose own work is in both. */
function listingReal({ kubeconfig, collection }: RealPacks): Promise<Figure> {
  return compare({
    id: 'K1-list-real',
    goal: '≤ 1.25 × raw list loop',
    as: 'cost',
    bound: { atMost: 1.25 },
    pairs: PAIRS_OF_REAL,
    async subject() {
      const kube = await createKube({ kubeconfig, context: undefined, cluster: 'bench', only: ({ group }) => group === GROUP })
      while (kube.listKind(GROUP, 'Pack').state !== 'fresh') await new Promise((resolve) => setTimeout(resolve, 2))
      const all = kube.listKind(GROUP, 'Pack')
      await kube.stop()
      if (all.state === 'down' || all.value.length !== OBJECTS) throw new Error('not all objects are there')
    },
    async reference() {
      const there = await listLoop(collection)
      if (there !== OBJECTS) throw new Error(`${there} of ${OBJECTS} objects`)
    },
    note: `${OBJECTS} packs in a kube-apiserver, through a door in plain HTTP in this process`,
  })
}

const follow = ({ kubeconfig }: WidgetApi): Promise<Kube> => createKube({ kubeconfig, context: undefined, cluster: 'bench' })
const widgets = (kube: Kube): readonly KubeObject[] => {
  const all = kube.listKind('bench.example.org', 'Widget')
  return all.state === 'down' ? [] : all.value
}

function listing(replay: WidgetApi): Promise<Figure> {
  return compare({
    id: 'K1-list',
    goal: '≤ 1.25 × raw list loop',
    as: 'cost',
    bound: { atMost: 1.25 },
    async subject() {
      const kube = await follow(replay)
      // No contract names widgets, so readiness does not wait for them.
      while (widgets(kube).length === 0) await new Promise((resolve) => setTimeout(resolve, 2))
      const there = widgets(kube).length
      await kube.stop()
      if (there !== OBJECTS) throw new Error(`${there} of ${OBJECTS} objects`)
    },
    async reference() {
      const there = await listLoop(replay.collection)
      if (there !== OBJECTS) throw new Error(`${there} of ${OBJECTS} objects`)
    },
    note: `${OBJECTS} objects of 1.7 kB from discovery to a model that is listed and told of; the search reads its texts at its first call`,
  })
}

async function watching(replay: WidgetApi): Promise<readonly Figure[]> {
  let cpu = 0
  const subject = async (): Promise<void> => {
    const from = process.cpuUsage()
    const kube = await follow(replay)
    while (widgets(kube).length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    // Changes that came before anybody could ask are in the model, whoever was told of them.
    while (Math.max(...widgets(kube).map(({ metadata }) => Number(metadata.resourceVersion))) < CHANGED + CHANGES)
      await new Promise((resolve) => setTimeout(resolve, 10))
    const { user, system } = process.cpuUsage(from)
    cpu = (user + system) / 1e6
    await kube.stop()
  }
  const ratio = await compare({
    id: 'K4-intake',
    goal: '≥ 0.6 × raw watch loop',
    as: 'speed',
    bound: { atLeast: 0.6 },
    subject,
    async reference() {
      const named = await watchLoop(replay.collection, CHANGES)
      if (named !== CHANGES) throw new Error(`${named} of ${CHANGES} events`)
    },
    note: `${CHANGES} changes of 1.7 kB; ours lists ${CHANGED} objects before`,
  })
  await subject()
  const share = (cpu / CHANGES) * PER_SECOND
  return [
    ratio,
    counted(
      'K4-cpu',
      `≤ 15 % of a core at ${PER_SECOND}/s`,
      share,
      { atMost: 0.15 },
      'CPU of the whole process from its first request, the list of 2000 objects in it',
    ),
  ]
}
