import 'server-only'
import { startWorker } from '#server/delivery/worker.ts'
import { env } from '#server/env.ts'
import { causeText, log } from '#server/log.ts'
import { world } from '#server/world.ts'

/**
 * Runs once when the web process starts. Next logs an error thrown from `register` and then answers 500 for ever;
 * a pod must die to be restarted or rolled back, so bad settings end the process (EX_CONFIG).
 */
export async function boot(): Promise<void> {
  try {
    env()
  } catch (error) {
    process.stderr.write(`Settings are missing or wrong:\n${String(error)}\n`)
    process.exit(78)
  }
  if (env().VORTEX_WORKER === 'off') return
  try {
    await startWorker(await world())
  } catch (error) {
    log.error('boot.failed', { error: causeText(error) })
    process.exit(1)
  }
}
