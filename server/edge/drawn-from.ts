import 'server-only'
import { livePosition } from '#server/live/hub.ts'
import { world } from '#server/world.ts'

/** Where the live stream of this process is before anything of a page is read; undefined while there is no stream. */
export const drawnFrom = (): Promise<string | undefined> => world().then(livePosition, () => undefined)
