import 'server-only'
import { causeText } from '#server/log.ts'
import { isStopping } from '#server/stop.ts'
import { world } from '#server/world.ts'

type Check = { readonly name: string; readonly ready: boolean; readonly problem?: string }

/**
 * Ready means: the database answers, the cluster is listed and the repository has been read once. Guardian, DSNS and the audit
 * database may be away: reading goes on without them and deciding says why it is closed.
 */
export async function ready(): Promise<Response> {
  // A process on its way out answers what it has begun and asks for no more.
  if (isStopping())
    return Response.json({ ready: false, checks: [{ name: 'process', ready: false, problem: 'stopping' }] }, { status: 503 })
  const checks = await Promise.all([
    check('database', async () => (await world()).database.ping()),
    check('kubernetes', async () => {
      const { kube } = await world()
      if (!kube.ready()) throw new Error(kube.age().problem ?? 'not listed yet')
    }),
    check('git', async () => {
      await (await world()).git.head()
    }),
  ])
  const ok = checks.every((each) => each.ready)
  return Response.json({ ready: ok, checks }, { status: ok ? 200 : 503 })
}

async function check(name: string, probe: () => Promise<void>): Promise<Check> {
  try {
    await probe()
    return { name, ready: true }
  } catch (error) {
    return { name, ready: false, problem: causeText(error) }
  }
}
