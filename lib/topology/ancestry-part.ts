import { groupOf, type KubeObject } from '#lib/kube/object.ts'
import { refOf } from '#lib/kube/ref.ts'
import type { Concepts } from '#lib/topology/concepts.ts'
import type { Draft } from '#lib/topology/draft.ts'
import type { BindingState } from '#lib/topology/graph.ts'
import { objectState } from '#lib/topology/object-state.ts'
import { packId, realCluster } from '#lib/topology/platform-part.ts'
import { conditionOf, fieldsOf, isTrue, listOf, nameIn, recordOf, spec, textOf, textsOf } from '#lib/topology/spec.ts'

/** Packs on their way, what came from what, and what has drifted. */
export function addAncestry(draft: Draft, concepts: Concepts): void {
  const executions = new Map(
    concepts.platform.packExecution.map((one) => [
      `${nameIn(spec(one)['clusterPackRef']) ?? ''} ${textOf(spec(one)['targetClusterRef']) ?? ''}`,
      one,
    ]),
  )
  for (const object of concepts.platform.pack) addDelivery(draft, object, executions)
  for (const object of concepts.platform.lineage) addLineage(draft, object, concepts)
  for (const object of concepts.all) addOwners(draft, object)
  for (const object of concepts.platform.drift) addDrift(draft, object)
}

function addDelivery(draft: Draft, object: KubeObject, executions: ReadonlyMap<string, KubeObject>): void {
  const name = object.metadata.name
  const id = `delivery/${object.metadata.namespace ?? ''}/${name}`
  const ref = refOf(draft.cluster, object)
  const version = textOf(spec(object)['version'])
  draft.node({
    id,
    kind: 'pack',
    label: object.kind,
    name,
    domain: '',
    place: object.metadata.namespace ?? '',
    ...objectState(object),
    presence: 'api',
    ref,
    fields: fieldsOf({
      Version: version,
      'Base name': textOf(spec(object)['basePackName']),
      Targets: textsOf(spec(object)['targetClusters']).join(', ') || undefined,
    }),
  })
  for (const target of textsOf(spec(object)['targetClusters'])) {
    const cluster = realCluster(draft, target)
    const execution = executions.get(`${name} ${target}`)
    const installed = packId({ name, version: version ?? 'unknown', cluster })
    draft.edge({
      from: id,
      to: draft.has(installed) ? installed : `cluster/${cluster}`,
      evidence: 'delivery',
      type: 'is delivered to',
      state: execution ? deliveryState(execution) : 'none',
      by: execution ? `${execution.kind}/${execution.metadata.name}` : `${object.kind}/${name}`,
      ref: execution ? refOf(draft.cluster, execution) : ref,
      fields: execution ? fieldsOf({ Execution: objectState(execution).state, Waits: waitsFor(execution) }) : [],
    })
  }
}

function deliveryState(execution: KubeObject): BindingState {
  if (isTrue(execution, 'Succeeded')) return 'stable'
  return isTrue(execution, 'Failed') || isTrue(execution, 'PackRevoked') || conditionOf(execution, 'Succeeded') === 'False'
    ? 'invalid'
    : 'resolving'
}

const GATES = [
  'Waiting',
  'PackSignaturePending',
  'PermissionSnapshotOutOfSync',
  'RBACProfileNotProvisioned',
  'WrapperRunnerRBACNotReady',
  'DispatcherRunnerRBACNotReady',
]

/** The gate at which an execution stands (kinds.md 6). */
const waitsFor = (execution: KubeObject): string | undefined => GATES.find((gate) => isTrue(execution, gate))

/** An object that only others speak of gets a node of its own when something joins it to the picture. */
function nodeFor(draft: Draft, object: KubeObject): string {
  const known = draft.find(refOf(draft.cluster, object))
  if (known !== undefined) return known
  return draft.node({
    id: `${groupOf(object)}/${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`,
    kind: 'object',
    label: object.kind,
    name: object.metadata.name,
    domain: '',
    place: object.metadata.namespace ?? '',
    ...objectState(object),
    presence: 'api',
    ref: refOf(draft.cluster, object),
    fields: [],
  })
}

type Named = { readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string }
const namedIn = (raw: unknown): Named => {
  const entry = recordOf(raw)
  return {
    group: textOf(entry['group']) ?? '',
    kind: textOf(entry['kind']) ?? '',
    namespace: textOf(entry['namespace']) ?? '',
    name: textOf(entry['name']) ?? '',
  }
}

function addLineage(draft: Draft, record: KubeObject, { find }: Concepts): void {
  const root = recordOf(spec(record)['rootBinding'])
  const [kind, name, namespace] = [textOf(root['rootKind']), textOf(root['rootName']), textOf(root['rootNamespace'])]
  if (kind === undefined || name === undefined) return
  const from = draft.findByName(kind, name, namespace) ?? draft.findByName(kind, name)
  if (from === undefined) return
  draft.member(from, record)
  for (const raw of listOf(spec(record)['descendantRegistry'] ?? spec(record)['descendants'])) {
    const named = namedIn(raw)
    const object = find(named.kind, named.namespace, named.name)
    if (!object) continue
    draft.edge({
      from,
      to: nodeFor(draft, object),
      evidence: 'declared',
      type: 'is the root of',
      by: `${record.kind}/${record.metadata.name}`,
      ref: refOf(draft.cluster, record),
      fields: fieldsOf({ Why: textOf(recordOf(raw)['creationRationale']), Operator: textOf(recordOf(raw)['seamOperator']) }),
    })
  }
}

function addOwners(draft: Draft, object: KubeObject): void {
  for (const owner of object.metadata.ownerReferences ?? []) {
    const from = draft.find({ group: groupOf(owner), kind: owner.kind, namespace: object.metadata.namespace ?? '', name: owner.name })
    if (from === undefined) continue
    const to = nodeFor(draft, object)
    if (to !== from)
      draft.edge({
        from,
        to,
        evidence: 'declared',
        type: 'owns',
        by: `${object.kind}/${object.metadata.name}`,
        ref: refOf(draft.cluster, object),
      })
  }
}

const ESCALATED = 3

function addDrift(draft: Draft, signal: KubeObject): void {
  const said = spec(signal)
  const affected = namedIn(said['affectedCRRef'])
  const id = draft.find(affected) ?? draft.findByName(affected.kind, affected.name)
  if (id === undefined || said['state'] === 'confirmed') return
  draft.member(id, signal)
  const terminal = isTrue(signal, 'TerminalDrift') || Number(said['escalationCounter'] ?? 0) >= ESCALATED
  draft.change(id, terminal ? { tone: 'danger', state: 'Terminal drift' } : { tone: 'caution', state: 'Drifted' })
  draft.finding({
    rule: 'drift',
    tone: terminal ? 'danger' : 'caution',
    text: `${affected.kind} ${affected.name} has drifted${terminal ? ' and needs a person' : ''}.`,
    nodes: [id],
    detail: textOf(said['driftReason']),
  })
}
