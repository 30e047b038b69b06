import { setTimeout as pause } from 'node:timers/promises'
import { createKube } from '#server/adapter/kube/create-kube.ts'
import type { Kube } from '#server/adapter/kube/kube.ts'
import type { Figure, Measurement } from '../harness/figure.ts'
import { type FilledKube, startFilledKube } from '../harness/filled-kube.ts'
import { startRealPacks } from '../harness/real-packs.ts'
import { interval, median } from '../harness/statistics.ts'
import { GROUP, nameOf, namespaceOf } from '../ref/packs.ts'

/** From the end of a fault to the state of the API server, beside a cold sync of the same (K5). `npm run prove -- watch` does the thousand faults. */
export const measurement: Measurement = { name: 'recovery', run: benchRecovery }

const OBJECTS = 20_000
const CHANGED = 20
const PAIRS = 3
/** The first try after a cut meets the fault within this time (milliseconds, reflector.ts). */
const MET_MS = 400
const DEADLINE_MS = 30_000

async function benchRecovery(): Promise<readonly Figure[]> {
  const embedded = await recoveries(await startFilledKube(OBJECTS), 'the embedded API server')
  const real = await startRealPacks(OBJECTS)
  return real === undefined ? embedded : [...embedded, ...(await recoveries(real, 'a kube-apiserver')).map(onReal)]
}

const onReal = (figure: Figure): Figure => ({ ...figure, id: `${figure.id}-real` })

async function recoveries(server: FilledKube, where: string): Promise<readonly Figure[]> {
  const kube = await coldSync(server)
  try {
    const figures: Figure[] = []
    for (const fault of FAULTS) figures.push(await beside(server, kube, { ...fault, where }))
    return figures
  } finally {
    await kube.stop()
    await server.close()
  }
}

/** Taken in pairs, few of them: how long a client waits before it tries again is random, so that more would only say the same. */
async function beside(server: FilledKube, kube: Kube, { id, begin, where }: Fault & { readonly where: string }): Promise<Figure> {
  const ratios: number[] = []
  const times: string[] = []
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const recovery = await recovered(server, kube, { id, begin })
    const from = performance.now()
    await (await coldSync(server)).stop()
    const cold = performance.now() - from
    ratios.push(recovery / cold)
    times.push(`${Math.round(recovery)} beside ${Math.round(cold)}`)
  }
  const value = median(ratios)
  const note = `${OBJECTS} objects in ${where}, ${CHANGED} changed meanwhile; the wait before the next try is in it; ms: ${times.join(', ')}`
  return { id, goal: '≤ 1.2 × a cold sync', value, ...interval(ratios), met: value <= 1.2, note }
}

type Begin = (faults: FilledKube['faults']) => void
type Fault = { readonly id: string; readonly begin: Begin }
const FAULTS: readonly Fault[] = [
  { id: 'K5-reset', begin: (faults) => (faults.refuse = true) },
  { id: 'K5-410', begin: (faults) => faults.gone() },
  { id: 'K5-500', begin: (faults) => (faults.status = 500) },
  { id: 'K5-401', begin: (faults) => (faults.status = 401) },
]

async function coldSync({ kubeconfig }: FilledKube): Promise<Kube> {
  const kube = await createKube({ kubeconfig, context: undefined, cluster: 'bench', only: ({ group }) => group === GROUP })
  // No contract names packs, so readiness does not wait for them.
  await until(() => kube.listKind(GROUP, 'Pack').state === 'fresh', 'a cold sync')
  const all = kube.listKind(GROUP, 'Pack')
  if (all.state !== 'fresh' || all.value.length !== OBJECTS) throw new Error(`a cold sync has ${all.state} of the packs`)
  return kube
}

/** Milliseconds from the end of the fault until every object changed right after it is known as it is. */
async function recovered(server: FilledKube, kube: Kube, { id, begin }: Fault): Promise<number> {
  const listedAt = kube.listedAt(GROUP, 'Pack')
  server.faults.cutWatches()
  // The watch cannot go on from where it was once this is forgotten.
  await server.change(1)
  begin(server.faults)
  const isHeld = server.faults.refuse || server.faults.status !== undefined
  if (isHeld) await pause(MET_MS)
  const from = performance.now()
  Object.assign(server.faults, { refuse: false, status: undefined })
  const versions = await Promise.all(Array.from({ length: CHANGED }, (_, at) => server.change(at * 37)))
  const isEqual = (): boolean =>
    versions.every((version, at) => {
      const seen = kube.get(GROUP, 'Pack', namespaceOf(at * 37), nameOf(at * 37))
      return seen.state === 'fresh' && seen.value?.metadata.resourceVersion === version
    })
  await until(isEqual, 'a recovery')
  const took = performance.now() - from
  const all = kube.listKind(GROUP, 'Pack')
  if (all.state !== 'fresh' || all.value.length !== OBJECTS) throw new Error('objects were lost')
  if (id === 'K5-410' && kube.listedAt(GROUP, 'Pack') === listedAt) throw new Error('the watch went on as if nothing was forgotten')
  return took
}

async function until(check: () => boolean, what: string): Promise<void> {
  for (const end = performance.now() + DEADLINE_MS; !check(); await pause(2))
    if (performance.now() > end) throw new Error(`${what} did not end in ${DEADLINE_MS / 1_000} s`)
}
