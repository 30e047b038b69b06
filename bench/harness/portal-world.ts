import { join } from 'node:path'
import { isBuilt, sourceDigest } from '#sandbox/demo/portal-build.ts'
import { atEnd } from './at-end.ts'
import { type DemoWorld, startDemoWorld } from './demo-world.ts'
import { type PackApi, startPackApi } from './replay.ts'
import { serve, type Served } from './served.ts'
import { sessionOf } from './session.ts'

const ROOT = join(import.meta.dirname, '../..')

/** The built portal over so many packs, with everything else of the demo world. Only its own cluster is not the demo's. */
export type PackPortal = {
  readonly portal: Served
  readonly api: PackApi
  readonly env: Readonly<Record<string, string>>
  readonly cookieOf: (login: string) => Promise<string>
  readonly stop: () => Promise<void>
}

let world: Promise<DemoWorld> | undefined

/** One demo world serves all measurements of a run: its start takes longer than most of them. */
function sharedWorld(): Promise<DemoWorld> {
  world ??= startDemoWorld(['--no-story']).then((started) => (atEnd(started.stop), started))
  return world
}

export async function startPackPortal(objects: number): Promise<PackPortal> {
  if (!isBuilt(ROOT, sourceDigest(ROOT))) throw new Error('The portal is not built from these sources: npm run build.')
  const { env } = await sharedWorld()
  const api = await startPackApi(objects)
  const own = { ...env, VORTEX_WORKER: 'off', VORTEX_KUBECONFIG: api.kubeconfig, VORTEX_KUBE_CONTEXT: 'replay' }
  const portal = await serve(ROOT, '/api/health/ready', own).catch(async (error: unknown) => {
    await api.stop()
    throw error
  })
  return {
    portal,
    api,
    env: own,
    cookieOf: (login) => sessionOf(login, own),
    stop: async () => {
      await portal.stop()
      await api.stop()
    },
  }
}
