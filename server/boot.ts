import 'server-only'
import { startWorker } from '#server/delivery/worker.ts'
import { keepMirror } from '#server/delivery/keep-mirror.ts'
import { env } from '#server/env.ts'
import { endStreams } from '#server/live/hub.ts'
import { causeText, log } from '#server/log.ts'
import { keepIndexed } from '#server/resource/search-index.ts'
import { onStop } from '#server/stop.ts'
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
  try {
    const here = await world()
    const leaveIndexes = here.clusters.map((kube) => keepIndexed(kube))
    const stop =
      env().VORTEX_WORKER === 'off' ? keepMirror(here) : await startWorker(here, { retentionDays: env().VORTEX_RECORDER_RETENTION })
    // Next waits for open answers, and an event stream never ends by itself; the pages reconnect to another replica.
    onStop(async () => {
      for (const leave of leaveIndexes) leave()
      await endStreams()
      await stop()
    })
  } catch (error) {
    log.error('boot.failed', { error: causeText(error) })
    process.exit(1)
  }
}
