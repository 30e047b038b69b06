import { admitConfigMap, admitNamespace, admitSecret } from './core-kinds.ts'
import type { JsonObject } from './json.ts'
import { admitCrd } from './crd.ts'
import { admitRole, admitRoleBinding } from './rbac-objects.ts'
import type { Column, Resource } from './resource.ts'
import { compileSchema } from './schema/compile.ts'
import {
  anything,
  fallback,
  flag,
  integer,
  intOrString,
  keyed,
  labelSelector,
  list,
  map,
  objectMeta,
  objectReference,
  shape,
  text,
  time,
} from './schema/shape.ts'

type Kind = Pick<Resource, 'group' | 'version' | 'plural' | 'kind'> &
  Partial<Omit<Resource, 'compiled' | 'columns'>> & { readonly columns?: readonly (readonly [string, string])[] }

const columnsOf = (pairs: readonly (readonly [string, string])[]): Column[] =>
  [
    ['Name', '.metadata.name'] as const,
    ...pairs,
    ...(pairs.some(([name]) => name === 'Created At') ? [] : [['Age', '.metadata.creationTimestamp'] as const]),
  ].map(([name, jsonPath]) => ({
    name,
    jsonPath,
    type: name === 'Age' ? 'date' : jsonPath.startsWith('size(') ? 'integer' : 'string',
    format: name === 'Name' ? 'name' : '',
    description: '',
    priority: 0,
  }))

function builtin({ columns = [], schema = {}, ...kind }: Kind): Resource {
  const full = { type: 'object', properties: { apiVersion: text, kind: text, metadata: objectMeta, ...schema } }
  return {
    singular: kind.kind.toLowerCase(),
    listKind: `${kind.kind}List`,
    isNamespaced: true,
    shortNames: [],
    categories: [],
    hasStatus: false,
    hasGeneration: false,
    isCustom: false,
    nameRule: 'subdomain',
    ...kind,
    columns: columnsOf(columns),
    schema: full,
    compiled: compileSchema(full),
  }
}

const condition = shape(
  { type: text, status: text, reason: text, message: text, lastTransitionTime: time, observedGeneration: integer, lastProbeTime: time },
  'type',
  'status',
)
const conditions = keyed(condition, 'type')
const nameOnly = shape({ name: text })
const rules = list(
  shape(
    { verbs: list(text), apiGroups: list(text), resources: list(text), resourceNames: list(text), nonResourceURLs: list(text) },
    'verbs',
  ),
)
const roleRef: JsonObject = {
  ...shape({ apiGroup: fallback(text, 'rbac.authorization.k8s.io'), kind: text, name: text }, 'kind', 'name'),
  'x-kubernetes-map-type': 'atomic',
}
const subjects = list(shape({ kind: text, apiGroup: text, name: text, namespace: text }, 'kind', 'name'))
const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1', nameRule: 'segment' } as const

const container = shape(
  {
    name: text, image: text, imagePullPolicy: text, command: list(text), args: list(text), workingDir: text,
    env: keyed(shape({ name: text, value: text, valueFrom: anything }, 'name'), 'name'),
    ports: keyed(shape({ name: text, containerPort: integer, hostPort: integer, protocol: fallback(text, 'TCP') }, 'containerPort'), 'containerPort', 'protocol'),
    volumeMounts: keyed(shape({ name: text, mountPath: text, readOnly: flag, subPath: text }, 'name', 'mountPath'), 'mountPath'),
    resources: anything, securityContext: anything, livenessProbe: anything, readinessProbe: anything, startupProbe: anything,
    terminationMessagePath: text, terminationMessagePolicy: text, envFrom: list(anything),
  },
  'name',
) // prettier-ignore
const podSpec: JsonObject = {
  ...shape(
    {
      containers: keyed(container, 'name'),
      initContainers: keyed(container, 'name'),
      volumes: keyed({ ...anything, properties: { name: text } }, 'name'),
    },
    'containers',
  ),
  'x-kubernetes-preserve-unknown-fields': true,
}

const servicePort = shape(
  { name: text, port: integer, targetPort: intOrString, protocol: fallback(text, 'TCP'), nodePort: integer, appProtocol: text },
  'port',
)
const serviceSpec: JsonObject = {
  ...shape({ type: fallback(text, 'ClusterIP'), selector: { ...map(text), 'x-kubernetes-map-type': 'atomic' }, ports: keyed(servicePort, 'port', 'protocol'), clusterIP: text, clusterIPs: list(text), externalName: text, sessionAffinity: fallback(text, 'None'), externalIPs: list(text), loadBalancerIP: text, ipFamilies: list(text), ipFamilyPolicy: text }), // prettier-ignore
  'x-kubernetes-preserve-unknown-fields': true,
}
const event = {
  involvedObject: objectReference, reason: text, message: text, source: shape({ component: text, host: text }), firstTimestamp: time, lastTimestamp: time, count: integer,
  type: text, eventTime: { ...time, nullable: true }, series: anything, action: text, related: objectReference, reportingComponent: text, reportingInstance: text,
} // prettier-ignore

/** The kinds that are served without a CRD. */
export const BUILTINS: readonly Resource[] = [
  builtin({ group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', isNamespaced: false, shortNames: ['ns'], hasStatus: true, nameRule: 'label', columns: [['Status', '.status.phase']], schema: { spec: shape({ finalizers: list(text) }), status: shape({ phase: text, conditions }) }, admit: admitNamespace }),
  builtin({ group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap', shortNames: ['cm'],
    columns: [['Data', 'size(.data)']], schema: { data: map(text), binaryData: map({ type: 'string', format: 'byte' }), immutable: flag }, admit: admitConfigMap }),
  builtin({ group: '', version: 'v1', plural: 'secrets', kind: 'Secret', columns: [
 ['Type', '.type'],
 ['Data', 'size(.data)'],
 ], schema: { data: map({ type: 'string', format: 'byte' }), stringData: map(text), type: fallback(text, 'Opaque'), immutable: flag }, admit: admitSecret }),
  builtin({ group: '', version: 'v1', plural: 'services', kind: 'Service', shortNames: ['svc'], categories: ['all'], hasStatus: true, columns: [['Type', '.spec.type'], ['Cluster-IP', '.spec.clusterIP']], schema: { spec: serviceSpec, status: anything } }),
  builtin({ group: '', version: 'v1', plural: 'serviceaccounts', kind: 'ServiceAccount', shortNames: ['sa'],
    columns: [['Secrets', 'size(.secrets)']], schema: { secrets: keyed(objectReference, 'name'), imagePullSecrets: keyed(nameOnly, 'name'), automountServiceAccountToken: flag } }),
  builtin({ group: '', version: 'v1', plural: 'events', kind: 'Event', shortNames: ['ev'], columns: [['Type', '.type'], ['Reason', '.reason'], ['Object', '.involvedObject.name'], ['Message', '.message']], schema: event }),
  builtin({ group: '', version: 'v1', plural: 'pods', kind: 'Pod', shortNames: ['po'], categories: ['all'], hasStatus: true, columns: [['Status', '.status.phase']], schema: { spec: podSpec, status: { ...shape({ phase: text, conditions }), 'x-kubernetes-preserve-unknown-fields': true } } }),
  builtin({ group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment', shortNames: ['deploy'], categories: ['all'], hasStatus: true, hasGeneration: true, columns: [['Ready', '.status.readyReplicas'], ['Available', '.status.availableReplicas']], schema: { spec: { ...shape({ replicas: { ...integer, default: 1 }, selector: labelSelector, template: shape({ metadata: objectMeta, spec: podSpec }), strategy: anything }, 'selector', 'template'), 'x-kubernetes-preserve-unknown-fields': true }, status: { ...shape({ conditions }), 'x-kubernetes-preserve-unknown-fields': true } } }),
  builtin({ group: 'batch', version: 'v1', plural: 'jobs', kind: 'Job', categories: ['all'], hasStatus: true, hasGeneration: true, columns: [['Completions', '.spec.completions']], schema: { spec: { ...shape({ template: shape({ metadata: objectMeta, spec: podSpec }) }, 'template'), 'x-kubernetes-preserve-unknown-fields': true }, status: { ...shape({ conditions: list(condition) }), 'x-kubernetes-preserve-unknown-fields': true } } }),
  builtin({ group: 'coordination.k8s.io', version: 'v1', plural: 'leases', kind: 'Lease', columns: [['Holder', '.spec.holderIdentity']], schema: { spec: shape({ holderIdentity: text, leaseDurationSeconds: integer, acquireTime: time, renewTime: time, leaseTransitions: integer, strategy: text, preferredHolder: text }) } }),
  builtin({ ...rbac, plural: 'roles', kind: 'Role', schema: { rules }, admit: admitRole }),
  builtin({ ...rbac, plural: 'clusterroles', kind: 'ClusterRole', isNamespaced: false, schema: { rules, aggregationRule: shape({ clusterRoleSelectors: list(labelSelector) }) }, admit: admitRole }),
  builtin({ ...rbac, plural: 'rolebindings', kind: 'RoleBinding', columns: [['Role', '.roleRef.name']], schema: { roleRef, subjects }, admit: admitRoleBinding }),
  builtin({ ...rbac, plural: 'clusterrolebindings', kind: 'ClusterRoleBinding', isNamespaced: false, columns: [['Role', '.roleRef.name']], schema: { roleRef, subjects }, admit: admitRoleBinding }),
  builtin({
    group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions', kind: 'CustomResourceDefinition', isNamespaced: false, shortNames: ['crd', 'crds'], categories: ['api-extensions'], hasStatus: true, hasGeneration: true, columns: [['Created At', '.metadata.creationTimestamp']],
    schema: {
      spec: shape({
        group: text, scope: { type: 'string', enum: ['Namespaced', 'Cluster'] }, preserveUnknownFields: flag, conversion: anything,
        names: shape({ plural: text, singular: text, kind: text, listKind: text, shortNames: list(text), categories: list(text) }, 'plural', 'kind'),
        versions: list(shape({ name: text, served: flag, storage: flag, deprecated: flag, deprecationWarning: text, schema: shape({ openAPIV3Schema: anything }), subresources: shape({ status: anything, scale: anything }), additionalPrinterColumns: list(shape({ name: text, type: text, format: text, description: text, priority: integer, jsonPath: text }, 'name', 'type', 'jsonPath')), selectableFields: list(shape({ jsonPath: text })) }, 'name', 'served', 'storage')),
      }, 'group', 'names', 'scope', 'versions'),
      status: { ...shape({ conditions, storedVersions: list(text) }), 'x-kubernetes-preserve-unknown-fields': true },
    },
    admit: admitCrd,
  }),
] // prettier-ignore
