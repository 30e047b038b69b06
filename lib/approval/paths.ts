import { groupOf, type KubeObject } from '#lib/kube/object.ts'

/** Where an object's document stands: `clusters/<cluster>/<namespace or _cluster>/<kind>.<group>/<name>.yaml`, lower case (decisions.md 14). */
export const documentPath = (cluster: string, object: Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>): string => {
  const group = groupOf(object)
  const folder = group === '' ? object.kind : `${object.kind}.${group}`
  return `clusters/${cluster}/${object.metadata.namespace ?? '_cluster'}/${folder}/${object.metadata.name}.yaml`.toLowerCase()
}

/** Where the GovernanceEvent of a request stands; also the `governanceEventRef` of its decision. */
export const eventPath = (requestId: string): string => `governance/events/${requestId}.yaml`
