import { readFile } from 'node:fs/promises'
import { request } from 'node:https'
import { KubeConfig } from '@kubernetes/client-node'

export type KubeAnswer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> }

/** One request to the API server as a context of the kubeconfig, through nothing but HTTPS: what the portal says about it is not asked. */
export async function askCluster(
  kubeconfig: string,
  context: string,
  method: string,
  path: string,
  body?: unknown,
  contentType = 'application/json',
): Promise<KubeAnswer> {
  const config = new KubeConfig()
  config.loadFromString(await readFile(kubeconfig, 'utf8'))
  config.setCurrentContext(context)
  const options = { method, headers: { 'content-type': contentType, accept: 'application/json' } }
  await config.applyToHTTPSOptions(options)
  const server = config.getCurrentCluster()?.server ?? ''
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, server), options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: objectOf(Buffer.concat(chunks).toString()) }))
    })
    sent.once('error', reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

function objectOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return { text }
  }
}

/** Where requests live; their group is another one in each generation of the platform. */
export function rarPath(group: string, name?: string): string {
  const all = `/apis/${group}/v1alpha1/namespaces/seam-system/relationshipadmissionrequests`
  return name === undefined ? all : `${all}/${name}`
}

export const relationshipPath = (name?: string): string =>
  `/apis/core.ontai.dev/v1alpha1/namespaces/ont-system/domainrelationships${name === undefined ? '' : `/${name}`}`

/** What the walks look at of a RelationshipAdmissionRequest. */
export type Rar = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string }
  readonly spec: Readonly<Record<string, unknown>> & { readonly decision?: Readonly<Record<string, string>> }
  readonly status?: {
    readonly phase?: string
    readonly relationshipRef?: { readonly name: string }
    readonly evaluation?: { readonly evaluationHash?: string }
  }
}
