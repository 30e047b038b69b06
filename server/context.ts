import 'server-only'
import type { Viewer } from '#lib/access/viewer.ts'
import type { Audit } from '#server/adapter/audit/audit.ts'
import type { Database, Db } from '#server/adapter/db/client.ts'
import type { Dsns } from '#server/adapter/dsns/dsns.ts'
import type { Git } from '#server/adapter/git/git.ts'
import type { Guardian } from '#server/adapter/guardian/guardian.ts'
import type { Kube } from '#server/adapter/kube/kube.ts'

/** The outside world of one process; built once in server/world.ts, by hand in tests. */
export type World = {
  readonly database: Database
  /** The cluster that is decided about. */
  readonly kube: Kube
  /** Every cluster that is read, `kube` first. The others are explored and recorded, and never decided about. */
  readonly clusters: readonly [Kube, ...Kube[]]
  readonly guardian: Guardian
  readonly git: Git
  readonly dsns: Dsns
  readonly audit: Audit
}

/** Everything a verb may touch. Built once per request by server/edge; built by hand in tests. */
export type Ctx = World & {
  readonly viewer: Viewer
  readonly requestId: string
  readonly now: Date
  /** The connection, or the transaction this verb runs in. */
  readonly db: Db
}
