import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const API = join(import.meta.dirname, '../ref/replay-api.ts')

/** The reference's API server as a process of its own, with a kubeconfig for it. */
export type Replay = { readonly collection: string; readonly kubeconfig: string; readonly stop: () => Promise<void> }

/** Serves `objects` objects of one kind and, to every watch, `changes` changes of them. */
export async function startReplay(objects: number, changes: number): Promise<Replay> {
  const directory = await mkdtemp(join(tmpdir(), 'vortex-replay-'))
  const child = spawn(process.execPath, [API, String(objects), String(changes)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = (await once(child.stdout, 'data')) as [Buffer] // safe: a stream without an encoding gives buffers
  const server = `http://127.0.0.1:${Number(said.toString())}`
  const kubeconfig = join(directory, 'kubeconfig')
  await writeFile(
    kubeconfig,
    JSON.stringify({
      'current-context': 'replay',
      clusters: [{ name: 'replay', cluster: { server, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'replay', user: { token: 'none' } }],
      contexts: [{ name: 'replay', context: { cluster: 'replay', user: 'replay' } }],
    }),
  )
  return {
    collection: `${server}/apis/bench.example.org/v1/widgets`,
    kubeconfig,
    stop: async () => {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
      await rm(directory, { recursive: true, force: true })
    },
  }
}
