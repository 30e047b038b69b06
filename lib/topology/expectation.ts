import { packOwnerName } from '#lib/dsns/pack-name.ts'
import { conditionsOf, type KubeObject } from '#lib/kube/object.ts'
import { isTrue, nameIn, recordOf, spec, status, textOf } from '#lib/topology/spec.ts'

/** A record that the platform should have written for an object (dsns.md 4). `value` is compared only where it is a fact. */
export type Expected = {
  readonly node: string
  /** One of these keys must be there. */
  readonly keys: readonly string[]
  readonly value: string | undefined
  /** Epoch milliseconds since when it should be there; NaN when nobody says. */
  readonly since: number
}

const sinceOf = (object: KubeObject, type: string): number =>
  Date.parse(conditionsOf(object).find((condition) => condition.type === type)?.lastTransitionTime ?? '')

/** The cluster named by a tenant namespace, `management` for any other (dsns.md 4). */
export const clusterOfNamespace = (namespace: string): string =>
  namespace.startsWith('seam-tenant-') ? namespace.slice('seam-tenant-'.length) : 'management'

/** `10.20.0.20` of `https://10.20.0.20:6443`; undefined when there is no endpoint. */
export function endpointHost(object: KubeObject): string | undefined {
  const endpoint = textOf(spec(object)['clusterEndpoint']) ?? textOf(spec(object)['endpoint'])
  return endpoint
    ?.replace(/^[a-z]+:\/\//, '')
    .replace(/[/].*$/, '')
    .replace(/:\d+$/, '')
}

export function clusterRecords(object: KubeObject, node: string): readonly Expected[] {
  const host = endpointHost(object)
  if (!isTrue(object, 'Ready') || host === undefined) return []
  const name = object.metadata.name
  const since = sinceOf(object, 'Ready')
  const one = (key: string, value?: string): Expected => ({ node, keys: [key.toLowerCase()], value, since })
  const delegated = spec(object)['infrastructureProvider'] === 'screen'
  return [
    one(`a:${name}`, host),
    one(`a:api.${name}`, host),
    ...(delegated ? [one(`ns:${name}`), one(`a:ns.${name}`, host)] : [one(`txt:role.${name}`)]),
  ]
}

/** What a pack that is installed on a cluster is called in the zone, whichever way its references are written. */
export const installedPack = (object: KubeObject): { readonly name: string; readonly version: string; readonly cluster: string } => ({
  name: nameIn(spec(object)['clusterPackRef']) ?? object.metadata.name,
  version: textOf(spec(object)['version']) ?? 'unknown',
  cluster: textOf(spec(object)['targetClusterRef']) ?? clusterOfNamespace(object.metadata.namespace ?? ''),
})

export function packRecords(object: KubeObject, node: string): readonly Expected[] {
  if (!isTrue(object, 'Ready')) return []
  const pack = installedPack(object)
  const keys = (['wrapper', 'dispatcher'] as const).map((label) => `txt:${packOwnerName(pack, label)}`.toLowerCase())
  const digest = textOf(status(object)['receiptDigest'])
  return [{ node, keys, value: digest, since: sinceOf(object, 'Ready') }]
}

export function runRecords(object: KubeObject, node: string): readonly Expected[] {
  const type = ['Ready', 'Degraded'].find((one) => isTrue(object, one))
  if (type === undefined) return []
  const place = clusterOfNamespace(object.metadata.namespace ?? '')
  return [
    { node, keys: [`txt:run.${object.metadata.name}.conductor.${place}`.toLowerCase()], value: undefined, since: sinceOf(object, type) },
  ]
}

/** Only with a status that the kind does not have today (dsns.md 4, row 9): otherwise no record is expected. */
export function providerRecords(object: KubeObject, node: string): readonly Expected[] {
  const issuer = textOf(recordOf(object.status)['issuerURL'])
  if (!isTrue(object, 'Valid') || issuer === undefined) return []
  return [{ node, keys: [`txt:idp.${object.metadata.name}.guardian`.toLowerCase()], value: issuer, since: sinceOf(object, 'Valid') }]
}
