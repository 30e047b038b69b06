import { join } from 'node:path'
import type { RunningWorld } from '../servers.ts'
import { pathsOf } from '../set-up/state.ts'

/** The settings with which the portal reaches this world, the same it would have for a real one. What the caller's environment sets wins. */
export function portalEnv(dir: string, world: RunningWorld, port: number): Readonly<Record<string, string>> {
  const { addresses, secrets } = world
  const paths = pathsOf(dir)
  const settings = {
    PORT: String(port),
    NEXTAUTH_URL: addresses.portal.url,
    NEXTAUTH_SECRET: secrets.sessionSecret,
    VORTEX_DATABASE_URL: `file:${paths.database}`,
    VORTEX_STATE_DIR: join(paths.portal, 'state'),
    VORTEX_KUBECONFIG: paths.kubeconfig,
    VORTEX_KUBE_CONTEXT: 'vortex',
    VORTEX_GIT_URL: addresses.git.url,
    VORTEX_GIT_TOKEN: addresses.git.token,
    VORTEX_GIT_SIGNING_KEY: paths.signingKey,
    VORTEX_GUARDIAN_ADDRESS: addresses.guardian.address,
    VORTEX_AUDIT_URL: addresses.audit.url,
    VORTEX_DSNS_SERVER: addresses.dns.address,
    VORTEX_OIDC_ISSUER: addresses.oidc.issuer,
    VORTEX_OIDC_CLIENT_ID: addresses.oidc.clientId,
    VORTEX_OIDC_CLIENT_SECRET: addresses.oidc.clientSecret,
    VORTEX_SPECIMEN: '1',
    NEXT_TELEMETRY_DISABLED: '1',
    NODE_ENV: 'production',
  }
  const { VORTEX_DATABASE_URL = settings.VORTEX_DATABASE_URL, VORTEX_SPECIMEN = settings.VORTEX_SPECIMEN } = process.env
  return { ...settings, VORTEX_DATABASE_URL, VORTEX_SPECIMEN }
}
