import { join } from 'node:path'
import { isBuilt, sourceDigest } from '#sandbox/demo/portal-build.ts'
import { atEnd } from './at-end.ts'
import { type DemoWorld, startDemoWorld } from './demo-world.ts'
import { type PackApi, startPackApi } from './replay.ts'
import { serve, type Served } from './served.ts'
import { sessionOf } from './session.ts'

const ROOT = join(import.meta.dirname, '../..')

/** The built portal over so many packs, with everything else of the demo world. Only its own cluster is not the demo's. */
export type PackPortal<Api = PackApi> = {
  readonly portal: Served
  readonly api: Api
  readonly env: Readonly<Record<string, string>>
  readonly cookieOf: (login: string) => Promise<string>
  readonly stop: () => Promise<void>
}

let world: Promise<DemoWorld> | undefined

/** One demo world serves all measurements of a run: its start takes longer than most of them. */
function sharedWorld(): Promise<DemoWorld> {
  if (!isBuilt(ROOT, sourceDigest(ROOT))) throw new Error('The portal is not built from these sources: npm run build.')
  world ??= startDemoWorld(['--no-story']).then((started) => (atEnd(started.stop), started))
  return world
}

export const startPackPortal = async (objects: number): Promise<PackPortal> => startPortalOn(await startPackApi(objects))

/** The built portal over any API server. */
export async function startPortalOn<Api extends Pick<PackApi, 'kubeconfig' | 'context' | 'stop'>>(api: Api): Promise<PackPortal<Api>> {
  const { env } = await orStopped(api, async () => sharedWorld())
  const own = { ...env, VORTEX_WORKER: 'off', VORTEX_KUBECONFIG: api.kubeconfig, VORTEX_KUBE_CONTEXT: api.context }
  const portal = await orStopped(api, () => serve(ROOT, '/api/health/ready', own))
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

async function orStopped<T>(api: Pick<PackApi, 'stop'>, start: () => Promise<T>): Promise<T> {
  try {
    return await start()
  } catch (error) {
    await api.stop()
    throw error
  }
}
