import 'server-only'
import { world } from '#server/world.ts'

/** The portal's time (epoch milliseconds), the same from every replica; undefined while the database was never reached. */
export const portalNow = (): Promise<number | undefined> =>
  world().then(
    ({ database }) => database.now().getTime(),
    () => undefined,
  )
