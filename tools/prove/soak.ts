import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createKubeClient } from '#sandbox/kube-client.ts'
import { freePort } from '#sandbox/listen.ts'
import { contextOf } from '#sandbox/set-up/kubeconfig.ts'
import { churn } from './road/churn.ts'
import { openHeap, type Sample } from './road/heap.ts'
import { visitors } from './road/visitors.ts'

// `npm run prove -- soak [--minutes 60] [--changes 10] [--tabs 2] [--streams 20]`: the demo world with objects that change, people who look at
// every page and streams that come and go. The portal's heap after collections may grow by 5 % at most once it is warm, and its
// descriptors stay what they are (goals.md, soak).

const GROWTH_MAX = 0.05
const DESCRIPTORS_MORE_MAX = 8
/** Caches that hold so many things are full by then. */
const WARM_MINUTES = 10
const READY_MS = 1_200_000
/** Where `sandbox/demo.ts` says what runs where. */
type Info = {
  readonly ready: boolean
  readonly portal: { readonly url: string; readonly pid: number }
  readonly kubernetes: { readonly kubeconfig: string }
}

/** Says what was measured each minute and at the end; false where memory or descriptors grew. */
export async function prove(args: readonly string[]): Promise<boolean> {
  const text = (value: string) => ({ type: 'string', default: value }) as const
  const options = { minutes: text('60'), changes: text('10'), tabs: text('2'), streams: text('20') }
  const { values } = parseArgs({ args: [...args], options })
  const dir = await mkdtemp(join(tmpdir(), 'vortex-soak-'))
  const inspector = await freePort()
  const demo = spawn(process.execPath, ['--conditions=react-server', 'sandbox/demo.ts', '--dir', dir], {
    env: { ...process.env, PORT: '0', NODE_NO_WARNINGS: '1', NODE_OPTIONS: `--inspect-port=127.0.0.1:${inspector}` },
    stdio: 'ignore',
  })
  const gone = new Promise((resolve) => demo.once('exit', resolve))
  try {
    const info = await ready(dir)
    const kube = createKubeClient(contextOf(info.kubernetes.kubeconfig, 'admin'))
    const heap = await openHeap(info.portal.pid, inspector)
    const changes = churn(kube, Number(values.changes))
    const people = await visitors(info.portal.url, { tabs: Number(values.tabs), streams: Number(values.streams) })
    const samples: Sample[] = []
    for (let minute = 1; minute <= Number(values.minutes); minute += 1) {
      await pause(60_000)
      samples.push(await heap.sample())
      say(minute, samples)
    }
    await people.end()
    await changes.end()
    heap.close()
    kube.close()
    return verdict(samples, { changes: changes.made(), visits: people.visits(), events: people.events() })
  } finally {
    demo.kill('SIGTERM')
    await gone
    await rm(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function ready(dir: string): Promise<Info> {
  for (const end = performance.now() + READY_MS; performance.now() < end; await pause(250)) {
    const said = await readFile(join(dir, 'demo.json'), 'utf8').catch(() => '{}')
    const info = JSON.parse(said) as Partial<Info> // safe: the demo wrote it
    if (info.ready === true) return info as Info // safe: what is ready is whole
  }
  throw new Error('the demo world did not become ready')
}

const megabytes = (bytes: number): string => (bytes / 1_048_576).toFixed(1)

function say(minute: number, samples: readonly Sample[]): void {
  const last = samples.at(-1)
  if (last)
    process.stdout.write(
      `${minute} min: heap ${megabytes(last.heap)} MB, resident ${megabytes(last.rss)} MB, ${last.descriptors} descriptors\n`,
    )
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

/** The five minutes after the warm ones beside the last five, by their medians: one page that is being drawn is no growth. */
function verdict(
  samples: readonly Sample[],
  done: { readonly changes: number; readonly visits: number; readonly events: number },
): boolean {
  const warm = samples.slice(Math.min(WARM_MINUTES, Math.floor(samples.length / 4)))
  const [first, last] = [warm.slice(0, 5), warm.slice(-5)]
  const of = (part: readonly Sample[], field: keyof Sample): number => median(part.map((sample) => sample[field]))
  const growth = of(last, 'heap') / of(first, 'heap') - 1
  const more = of(last, 'descriptors') - of(first, 'descriptors')
  process.stdout.write(
    `${samples.length} min, ${done.changes} changes, ${done.visits} pages, ${done.events} events: heap ${(growth * 100).toFixed(1)} %, resident ${((of(last, 'rss') / of(first, 'rss') - 1) * 100).toFixed(1)} %, descriptors ${more >= 0 ? '+' : ''}${more}\n`,
  )
  return growth <= GROWTH_MAX && more <= DESCRIPTORS_MORE_MAX && done.visits > 0 && done.events > 0
}
