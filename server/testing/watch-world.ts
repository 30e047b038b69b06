import 'server-only'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '#server/adapter/db/client.ts'
import { createKube } from '#server/adapter/kube/create-kube.ts'
import type { Kube } from '#server/adapter/kube/kube.ts'
import { keepRecord } from '#server/recorder/recorder.ts'

export const GROUP = 'widgets.example.dev'

/** What a test brings: an API server with faults. Product code does not know of it. */
export type ApiServer = {
  readonly kubeconfig: (users: readonly string[]) => string
  readonly close: () => Promise<void>
}

export const WIDGET_CRD = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `widgets.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets', singular: 'widget', listKind: 'WidgetList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
} as const

export const widget = (name: string, spec: Readonly<Record<string, unknown>>, labels: Readonly<Record<string, string>> = {}) =>
  ({ apiVersion: `${GROUP}/v1`, kind: 'Widget', metadata: { name, namespace: 'default', labels }, spec }) as const

export const withCondition = (name: string, status: string, reason: string) => ({
  apiVersion: `${GROUP}/v1`,
  kind: 'Widget',
  metadata: { name, namespace: 'default' },
  status: { conditions: [{ type: 'Ready', status, reason, message: reason, lastTransitionTime: new Date().toISOString() }] },
})

/** A cluster followed as in the portal, by the clock of a database. */
export async function followed(server: Pick<ApiServer, 'kubeconfig'>, { now }: Pick<Database, 'now'>, user: string): Promise<Kube> {
  const directory = await mkdtemp(join(tmpdir(), 'vortex-follow-'))
  const kubeconfig = join(directory, 'kubeconfig')
  await writeFile(kubeconfig, server.kubeconfig([user]))
  const only = ({ group }: { readonly group: string }): boolean => group === GROUP
  const kube = await createKube({ kubeconfig, context: user, cluster: 'test', now: () => now().getTime(), only })
  await rm(directory, { recursive: true })
  return kube
}

export type Recording = { readonly kube: () => Kube; readonly restart: () => Promise<void>; readonly stop: () => Promise<void> }

/** A recorder as in a process of its own, which can be ended and started again. */
export async function recording(server: Pick<ApiServer, 'kubeconfig'>, database: Database, user: string): Promise<Recording> {
  const begin = async () => {
    const kube = await followed(server, database, user)
    const end = new AbortController()
    const running = keepRecord({ database, kube }, { lost: new AbortController().signal }, end.signal)
    return { kube, end: async () => (end.abort(), await running, await kube.stop()) }
  }
  let now = await begin()
  return {
    kube: () => now.kube,
    restart: async () => {
      await now.end()
      now = await begin()
    },
    stop: () => now.end(),
  }
}
