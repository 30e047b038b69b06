import 'server-only'
import { createAudit } from '#server/adapter/audit/create-audit.ts'
import { openDatabase } from '#server/adapter/db/open.ts'
import { createDsns } from '#server/adapter/dsns/create-dsns.ts'
import { createGit } from '#server/adapter/git/create-git.ts'
import { createGuardian } from '#server/adapter/guardian/create-guardian.ts'
import { createKube } from '#server/adapter/kube/create-kube.ts'
import type { World } from '#server/context.ts'
import { env, environment } from '#server/env.ts'

// Next bundles the instrumentation, pages and routes apart, each with its own copy of this module: the process has one world.
const SLOT = Symbol.for('vortex.world')
const slot = globalThis as typeof globalThis & { [SLOT]?: Promise<World> }

/** The sources of this process, opened once. A failed opening is forgotten, so that the next request tries again. */
export const world = (): Promise<World> =>
  (slot[SLOT] ??= openWorld().catch((error: unknown) => {
    delete slot[SLOT]
    throw error
  }))

async function openWorld(): Promise<World> {
  const settings = env()
  const database = await openDatabase(settings.VORTEX_DATABASE_URL)
  const now = (): number => database.now().getTime()
  const kube = await createKube({
    kubeconfig: settings.VORTEX_KUBECONFIG,
    context: settings.VORTEX_KUBE_CONTEXT,
    cluster: settings.VORTEX_CLUSTER,
    now,
  })
  const others = await Promise.all(settings.clusters.map((further) => createKube({ ...further, now })))
  return {
    database,
    kube,
    clusters: [kube, ...others],
    guardian: createGuardian({ address: settings.VORTEX_GUARDIAN_ADDRESS, cluster: settings.VORTEX_CLUSTER, now }),
    git: createGit({
      url: settings.VORTEX_GIT_URL,
      token: settings.VORTEX_GIT_TOKEN,
      tokenFile: settings.VORTEX_GIT_TOKEN_FILE,
      sshKey: settings.VORTEX_GIT_SSH_KEY,
      knownHosts: settings.VORTEX_GIT_KNOWN_HOSTS,
      knownKeys: settings.VORTEX_GIT_KNOWN_KEYS,
      root: settings.VORTEX_GIT_ROOT,
      branch: settings.VORTEX_GIT_BRANCH,
      signingKey: settings.VORTEX_GIT_SIGNING_KEY,
      name: settings.VORTEX_GIT_NAME,
      email: settings.VORTEX_GIT_EMAIL,
      directory: settings.VORTEX_STATE_DIR,
      environment: environment(),
      now,
    }),
    dsns: createDsns({
      zone: settings.VORTEX_DSNS_ZONE,
      server: settings.VORTEX_DSNS_SERVER,
      configMaps: () => kube.listKind('', 'ConfigMap'),
      now,
    }),
    audit: createAudit(settings.VORTEX_AUDIT_URL, now),
  }
}
