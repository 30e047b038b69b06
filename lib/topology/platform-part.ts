import { sha256Hex } from '#lib/canonical.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { refOf } from '#lib/kube/ref.ts'
import type { Concepts } from '#lib/topology/concepts.ts'
import type { Draft, NodeDraft } from '#lib/topology/draft.ts'
import {
  clusterOfNamespace,
  clusterRecords,
  endpointHost,
  type Expected,
  installedPack,
  packRecords,
  providerRecords,
  runRecords,
} from '#lib/topology/expectation.ts'
import { objectState, type ObjectState } from '#lib/topology/object-state.ts'
import { fieldsOf, isTrue, nameIn, recordOf, spec, status, textOf, textsOf } from '#lib/topology/spec.ts'
import type { BindingState } from '#lib/topology/graph.ts'

export const clusterId = (name: string): string => `cluster/${name}`
export const packId = (pack: { readonly name: string; readonly version: string | null; readonly cluster: string }): string =>
  `pack/${pack.cluster}/${pack.name}/${pack.version ?? ''}`
export const runId = (name: string): string => `run/${name}`
export const providerId = (name: string): string => `provider/${name}`
export const bindingId = (cluster: string, subjectHash: string): string => `binding/${cluster}/${subjectHash}`

/** The zone's hash of a subject (dsns.md 4, row 8). */
export const subjectHash = (subject: string): string => sha256Hex(subject).slice(0, 16)

/** Clusters, packs, runs, providers and bindings as the API server knows them; gives the records that the zone should hold. */
export function addPlatform(draft: Draft, concepts: Concepts): readonly Expected[] {
  const { platform } = concepts
  return [
    ...platform.cluster.flatMap((object) => addCluster(draft, object)),
    ...platform.packInstalled.flatMap((object) => addInstalled(draft, object)),
    ...platform.runner.flatMap((object) => addRunner(draft, object)),
    ...platform.identityProvider.flatMap((object) => addProvider(draft, object)),
    ...platform.identityBinding.flatMap((object) => addBinding(draft, object)),
  ]
}

/** The literal `management` of the zone and of namespaces is the cluster that the portal reads (dsns.md 4, row 10). */
export const realCluster = (draft: Draft, name: string): string => (name === 'management' ? draft.cluster : name)

const nodeOf = (draft: Draft, object: KubeObject, kind: NodeDraft['kind'], id: string, state: ObjectState = objectState(object)) => ({
  id,
  kind,
  label: object.kind,
  name: object.metadata.name,
  domain: '',
  place: object.metadata.namespace ?? '',
  ...state,
  presence: 'api' as const,
  ref: refOf(draft.cluster, object),
})

function addCluster(draft: Draft, object: KubeObject): readonly Expected[] {
  const id = clusterId(object.metadata.name)
  const { role, mode, talosVersion, kubernetesVersion, infrastructureProvider } = spec(object)
  draft.node({
    ...nodeOf(draft, object, 'cluster', id),
    place: object.metadata.name,
    fields: fieldsOf({
      Role: textOf(role),
      Endpoint: endpointHost(object),
      Mode: textOf(mode),
      Origin: textOf(status(object)['origin']),
      Talos: textOf(talosVersion),
      Kubernetes: textOf(kubernetesVersion),
      Provider: textOf(infrastructureProvider),
    }),
  })
  return clusterRecords(object, id)
}

function addInstalled(draft: Draft, object: KubeObject): readonly Expected[] {
  const pack = installedPack(object)
  const place = realCluster(draft, pack.cluster)
  const id = packId({ ...pack, cluster: place })
  draft.node({
    ...nodeOf(draft, object, 'pack', id),
    name: pack.name,
    place,
    fields: fieldsOf({
      Object: object.metadata.name,
      Version: pack.version,
      Cluster: place,
      Drift: textOf(status(object)['driftSummary']),
    }),
  })
  const by = `${object.kind}/${object.metadata.name}`
  const state: BindingState = isTrue(object, 'Ready') ? 'stable' : isTrue(object, 'Drifted') ? 'diverged' : 'unknown'
  draft.edge({ from: clusterId(place), to: id, evidence: 'declared', type: 'hosts', by, ref: refOf(draft.cluster, object) })
  if (object.status !== undefined)
    draft.edge({ from: clusterId(place), to: id, evidence: 'observed', type: 'hosts', by, state, ref: refOf(draft.cluster, object) })
  for (const needed of textsOf(spec(object)['dependsOn'])) {
    const other = draft.findByName(object.kind, needed) ?? draft.findByName(object.kind, `${needed}-${pack.cluster}`)
    if (other) draft.edge({ from: id, to: other, evidence: 'declared', type: 'depends on', by, ref: refOf(draft.cluster, object) })
  }
  return packRecords(object, id)
}

function addRunner(draft: Draft, object: KubeObject): readonly Expected[] {
  const name = object.metadata.name
  const id = runId(name)
  const phase = textOf(status(object)['phase'])
  const state: ObjectState =
    phase === 'Completed'
      ? { tone: 'ok', state: 'Completed' }
      : phase === 'Failed'
        ? { tone: 'danger', state: 'Failed' }
        : phase === undefined
          ? objectState(object)
          : { tone: 'unknown', state: phase }
  const cluster = nameIn(spec(object)['clusterRef']) ?? name
  draft.node({
    ...nodeOf(draft, object, 'run', id, state),
    place: cluster,
    fields: fieldsOf({
      Cluster: cluster,
      Image: textOf(spec(object)['runnerImage']) ?? textOf(spec(object)['agentImage']),
      'Agent version': textOf(status(object)['agentVersion']),
      'Failed step': textOf(status(object)['failedStep']),
    }),
  })
  draft.edge({
    from: clusterId(cluster),
    to: id,
    evidence: 'declared',
    type: 'runs',
    by: `${object.kind}/${name}`,
    ref: refOf(draft.cluster, object),
  })
  return runRecords(object, id)
}

function addProvider(draft: Draft, object: KubeObject): readonly Expected[] {
  const id = providerId(object.metadata.name)
  // Keys and trust bundles of the kind are never read (kinds.md 4.12).
  draft.node({
    ...nodeOf(draft, object, 'provider', id),
    fields: fieldsOf({ Type: textOf(spec(object)['type']), Issuer: textOf(spec(object)['issuerURL']) }),
  })
  return providerRecords(object, id)
}

function addBinding(draft: Draft, object: KubeObject): readonly Expected[] {
  const principal = textOf(spec(object)['principalName']) ?? textOf(spec(object)['subject']) ?? object.metadata.name
  const cluster = realCluster(draft, clusterOfNamespace(object.metadata.namespace ?? ''))
  const id = bindingId(cluster, subjectHash(principal))
  draft.node({
    ...nodeOf(draft, object, 'binding', id),
    place: cluster,
    fields: fieldsOf({
      Principal: principal,
      'Identity type': textOf(spec(object)['identityType']),
      Trust: textOf(spec(object)['trustMethod']),
      Certificate: textOf(recordOf(spec(object)['certificateConfig'])['commonName']),
    }),
  })
  const by = `${object.kind}/${object.metadata.name}`
  const ref = refOf(draft.cluster, object)
  draft.edge({ from: clusterId(cluster), to: id, evidence: 'declared', type: 'binds', by, ref })
  const provider = nameIn(spec(object)['identityProviderRef'])
  if (provider !== undefined) draft.edge({ from: id, to: providerId(provider), evidence: 'declared', type: 'trusts', by, ref })
  return []
}
