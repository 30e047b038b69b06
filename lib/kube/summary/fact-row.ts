/** A label and where it stands: `a|b` the first that is there, `#` at the end how many. */
export type FactRow = readonly [label: string, path: string]

export const CLUSTER_ROW: FactRow = ['Cluster', 'spec.clusterRef|spec.targetClusterRef|spec.targetCluster|spec.clusterName']

/** The identity that answers for an object of the two cores. */
export const IDENTITY_ROW: FactRow = ['Identity', 'spec.domainIdentityRef|spec.appIdentityRef']
