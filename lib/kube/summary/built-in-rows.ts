import type { FactRow } from '#lib/kube/summary/fact-row.ts'

const PHASE: FactRow = ['Phase', 'status.phase']
const REPLICAS: readonly FactRow[] = [
  ['Wanted', 'spec.replicas'],
  ['Ready', 'status.readyReplicas'],
  ['Up to date', 'status.updatedReplicas'],
]
const BINDING: readonly FactRow[] = [
  ['Role', 'roleRef'],
  ['Subjects', 'subjects#'],
]
const RULES: readonly FactRow[] = [['Rules', 'rules#']]
const RBAC = 'rbac.authorization.k8s.io'

/** What the commonest kinds of the API server are about, by group and kind: no definition of theirs names columns. */
export const BUILT_IN_ROWS: ReadonlyMap<string, readonly FactRow[]> = new Map<string, readonly FactRow[]>([
  ['/Pod', [PHASE, ['Node', 'spec.nodeName'], ['Pod IP', 'status.podIP'], ['Containers', 'spec.containers#'], ['Quality of service', 'status.qosClass']]],
  ['/Service', [['Type', 'spec.type'], ['Cluster IP', 'spec.clusterIP'], ['Ports', 'spec.ports#']]],
  ['/Node', [['Kubelet', 'status.nodeInfo.kubeletVersion'], ['System', 'status.nodeInfo.osImage'], ['Taints', 'spec.taints#']]],
  ['/PersistentVolumeClaim', [PHASE, ['Volume', 'spec.volumeName'], ['Class', 'spec.storageClassName']]],
  ['/PersistentVolume', [PHASE, ['Claim', 'spec.claimRef'], ['Class', 'spec.storageClassName']]],
  ['apps/Deployment', REPLICAS],
  ['apps/StatefulSet', REPLICAS],
  ['apps/ReplicaSet', REPLICAS.slice(0, 2)],
  ['apps/DaemonSet', [['Wanted', 'status.desiredNumberScheduled'], ['Ready', 'status.numberReady'], ['Up to date', 'status.updatedNumberScheduled']]],
  ['batch/Job', [['Wanted', 'spec.completions'], ['Active', 'status.active'], ['Succeeded', 'status.succeeded'], ['Failed', 'status.failed']]],
  ['batch/CronJob', [['Schedule', 'spec.schedule'], ['Suspended', 'spec.suspend'], ['Last run', 'status.lastScheduleTime']]],
  ['autoscaling/HorizontalPodAutoscaler', [['Scales', 'spec.scaleTargetRef'], ['At least', 'spec.minReplicas'], ['At most', 'spec.maxReplicas'], ['Now', 'status.currentReplicas']]],
  ['policy/PodDisruptionBudget', [['Healthy', 'status.currentHealthy'], ['Wanted', 'status.desiredHealthy'], ['Disruptions allowed', 'status.disruptionsAllowed']]],
  ['networking.k8s.io/Ingress', [['Class', 'spec.ingressClassName'], ['Rules', 'spec.rules#']]],
  ['coordination.k8s.io/Lease', [['Holder', 'spec.holderIdentity'], ['Renewed', 'spec.renewTime']]],
  ['storage.k8s.io/StorageClass', [['Provisioner', 'provisioner'], ['Reclaim policy', 'reclaimPolicy']]],
  [`${RBAC}/Role`, RULES],
  [`${RBAC}/ClusterRole`, RULES],
  [`${RBAC}/RoleBinding`, BINDING],
  [`${RBAC}/ClusterRoleBinding`, BINDING],
]) // prettier-ignore
