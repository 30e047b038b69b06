import type { KubeClient, KubeEvent, KubeObject } from '../kube-client.ts'
import { mirror } from '../kube-mirror.ts'
import { log, wordsOf } from '../log.ts'
import { profileRows, requestRows } from './admission-rows.ts'
import type { AuditDatabase } from './audit-database.ts'
import { createAuditWriter } from './audit-writer.ts'
import { computeGraph, type PermissionGraph } from './permission-graph.ts'
import { type GuardianServer, startGuardianServer } from './server.ts'

export type Guardian = GuardianServer & {
  /** Resolves when the graph was computed for the first time. */
  readonly ready: Promise<void>
}

const VERSIONS = ['guardian.ontai.dev/v1alpha1', 'security.ontai.dev/v1alpha1']
const REQUEST_VERSIONS = ['seam', 'guardian', 'security', 'infrastructure', 'core'].map((name) => `${name}.ontai.dev/v1alpha1`)
const KINDS = { profiles: 'RBACProfile', policies: 'RBACPolicy', permissionSets: 'PermissionSet' } as const
const SETTLE_MS = 50

/** Guardian: watches the RBAC objects under its own identity, keeps the permission graph in memory, answers, and writes its audit rows. */
export async function startGuardian(options: {
  readonly kube: KubeClient
  readonly audit: AuditDatabase
  readonly port?: number
}): Promise<Guardian> {
  const { kube, audit, port } = options
  let graph: PermissionGraph | undefined
  let becomeReady = (): void => {}
  const ready = new Promise<void>((resolve) => (becomeReady = resolve))
  const writer = createAuditWriter(audit)
  const seen = new Map<keyof typeof KINDS, readonly KubeObject[]>()
  const stops: (() => void)[] = []
  let pending: NodeJS.Timeout | undefined
  let isClosed = false

  function compute(): void {
    const [profiles, policies, permissionSets] = [seen.get('profiles'), seen.get('policies'), seen.get('permissionSets')]
    if (profiles === undefined || policies === undefined || permissionSets === undefined) return
    // safe: the graph reads spec and status as unknown fields
    graph = computeGraph({ profiles, policies, permissionSets } as unknown as Parameters<typeof computeGraph>[0])
    becomeReady()
  }

  function follow(kinds: keyof typeof KINDS, objects: ReadonlyMap<string, KubeObject>): void {
    seen.set(kinds, [...objects.values()])
    if (kinds === 'profiles') writer.owe([...objects.values()].flatMap((profile) => profileRows(profile, new Date())))
    clearTimeout(pending)
    pending = setTimeout(compute, SETTLE_MS)
  }

  const onRequests = (objects: ReadonlyMap<string, KubeObject>, event?: KubeEvent): void => {
    const changed = event === undefined ? [...objects.values()] : event.type === 'DELETED' ? [] : [event.object]
    writer.owe(changed.flatMap((request) => requestRows(request, new Date())))
  }

  async function watchServed(versions: readonly string[], kind: string, onChange: Parameters<typeof mirror>[2]): Promise<void> {
    while (!isClosed) {
      try {
        const apiVersion = await kube.firstServed(versions, kind)
        if (apiVersion !== undefined && !isClosed) {
          stops.push(mirror(kube, { apiVersion, kind }, onChange).close)
          return
        }
      } catch (cause) {
        if (!isClosed) log.warn('guardian.discovery', { kind, words: wordsOf(cause) })
      }
      await new Promise((resolve) => setTimeout(resolve, 1_000))
    }
  }

  for (const kinds of ['profiles', 'policies', 'permissionSets'] as const) {
    void watchServed(VERSIONS, KINDS[kinds], (objects) => follow(kinds, objects))
  }
  void watchServed(REQUEST_VERSIONS, 'RelationshipAdmissionRequest', onRequests)
  const server = await startGuardianServer({ graph: () => graph, ...(port !== undefined && { port }) })
  return {
    ...server,
    ready,
    async close() {
      isClosed = true
      clearTimeout(pending)
      for (const stop of stops) stop()
      await server.close()
      await writer.settled()
    },
  }
}
