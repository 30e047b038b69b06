import 'server-only'
import { startHealth } from '#server/health/serve.ts'
import { startWorker } from '#server/delivery/worker.ts'
import { env } from '#server/env.ts'
import { causeText, log } from '#server/log.ts'
import { onStop } from '#server/stop.ts'
import { world } from '#server/world.ts'

/** The worker without the web: `npm run worker`. Same settings; status 78 when they are wrong, 1 when a source cannot be opened. */
async function main(): Promise<void> {
  try {
    env()
  } catch (error) {
    process.stderr.write(`Settings are missing or wrong:\n${String(error)}\n`)
    process.exit(78)
  }
  const port = env().VORTEX_WORKER_HEALTH_PORT
  const closeHealth = port === undefined ? undefined : await startHealth(port)
  const here = await world()
  const stopWorker = await startWorker(here, { retentionDays: env().VORTEX_RECORDER_RETENTION })
  onStop(async () => {
    // What is under way is finished; what is not begun stays in the outbox for the next leader.
    await stopWorker()
    await closeHealth?.()
    await Promise.all(here.clusters.map((kube) => kube.stop()))
    await here.database.close()
    log.info('worker.stopped')
    process.exit(0)
  })
}

await main().catch((error: unknown) => {
  log.error('worker.boot-failed', { error: causeText(error) })
  process.exit(1)
})
