import 'server-only'
import { z } from 'zod'
import { parseClusters } from '#lib/kube/further-clusters.ts'

const hostPort = z.string().regex(/^.+:\d+$/, 'must be host:port')

const Settings = z.object({
  NODE_ENV: z.string().default('production'),
  PORT: z.coerce.number().int().default(3000),
  NEXTAUTH_URL: z.url(),
  NEXTAUTH_SECRET: z.string().min(32),
  VORTEX_DATABASE_URL: z.string().regex(/^(postgres(ql)?:\/\/|file:\/|memory:)/, 'must be postgres://…, file:/dir or memory:'),
  VORTEX_STATE_DIR: z.string().min(1),
  VORTEX_KUBECONFIG: z.string().optional(),
  VORTEX_KUBE_CONTEXT: z.string().optional(),
  VORTEX_CLUSTER: z.string().default('ccs-mgmt'),
  VORTEX_CLUSTERS: z.string().default(''),
  VORTEX_CLUSTERS_KUBECONFIG: z.string().optional(),
  VORTEX_GIT_URL: z.string().min(1),
  VORTEX_GIT_TOKEN: z.string().optional(),
  VORTEX_GIT_TOKEN_FILE: z.string().optional(),
  VORTEX_GIT_SSH_KEY: z.string().optional(),
  VORTEX_GIT_KNOWN_HOSTS: z.string().optional(),
  VORTEX_GIT_KNOWN_KEYS: z.string().optional(),
  VORTEX_GIT_ROOT: z
    .string()
    .regex(/^[0-9a-f]{40}$/, 'must be a commit id of 40 digits')
    .optional(),
  VORTEX_GIT_BRANCH: z.string().default('main'),
  VORTEX_GIT_SIGNING_KEY: z.string().min(1),
  VORTEX_GIT_NAME: z.string().default('Vortex'),
  VORTEX_GIT_EMAIL: z.string().default('vortex@vortex.invalid'),
  VORTEX_GUARDIAN_ADDRESS: hostPort,
  VORTEX_AUDIT_URL: z.string().optional(),
  VORTEX_DSNS_SERVER: hostPort.optional(),
  VORTEX_DSNS_ZONE: z.string().default('seam.ontave.dev'),
  VORTEX_OIDC_ISSUER: z.url(),
  VORTEX_OIDC_CLIENT_ID: z.string().min(1),
  VORTEX_OIDC_CLIENT_SECRET: z.string().min(1),
  VORTEX_WORKER: z.enum(['in-process', 'off']).default('in-process'),
  VORTEX_WORKER_HEALTH_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  VORTEX_RECORDER_RETENTION: z.coerce.number().int().min(1).max(36_500).optional(),
  VORTEX_SPECIMEN: z.enum(['0', '1']).default('0'),
})

const Env = Settings.transform(({ VORTEX_CLUSTERS, ...settings }, ctx) => {
  const wrong = (message: string) => (ctx.addIssue({ code: 'custom', path: ['VORTEX_CLUSTERS'], message }), z.NEVER)
  const clusters = parseClusters(VORTEX_CLUSTERS, settings.VORTEX_CLUSTER)
  if (!clusters.ok) return wrong(clusters.error)
  const kubeconfig = settings.VORTEX_CLUSTERS_KUBECONFIG ?? settings.VORTEX_KUBECONFIG
  if (clusters.value.length > 0 && kubeconfig === undefined)
    return wrong('needs a kubeconfig with these contexts: VORTEX_CLUSTERS_KUBECONFIG, or VORTEX_KUBECONFIG where one file holds all')
  return { ...settings, clusters: clusters.value.map((each) => ({ ...each, kubeconfig })) }
})

export type Env = z.output<typeof Env>

let parsed: Env | undefined

/** The only reader of process.env. Parsed on first call, not on import: `next build` runs without secrets. */
export const env = (): Env => (parsed ??= Env.parse(process.env))

/** The surroundings that a child process such as git needs: PATH, proxies, certificates, the SSH agent. Never logged. */
export const environment = (): Readonly<Record<string, string | undefined>> => process.env
