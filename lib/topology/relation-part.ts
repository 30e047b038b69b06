import { readDomainRelationship } from '#lib/domain/kinds.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { refOf } from '#lib/kube/ref.ts'
import { ownRelationship } from '#lib/relationship/produced.ts'
import { FINAL_PHASES, readRar, readRarStatus } from '#lib/relationship/read-rar.ts'
import { bindingOf, observedBinding } from '#lib/topology/binding.ts'
import type { Concepts } from '#lib/topology/concepts.ts'
import type { Draft, EdgeDraft } from '#lib/topology/draft.ts'
import { fieldsOf, listOf, nameIn, recordOf, spec, textOf } from '#lib/topology/spec.ts'
import { identityId, identityOfApp } from '#lib/topology/identity-part.ts'

/** `depends-on` as words between two names. */
const words = (type: string | undefined): string => (type ?? 'relates to').replaceAll('-', ' ')

/** Relationships, the wirings under them, and the requests that ask for new ones. */
export function addRelations(draft: Draft, concepts: Concepts): void {
  const relationships = concepts.core('DomainRelationship')
  for (const object of relationships) addRelationship(draft, object)
  for (const object of concepts.core('AppTopology')) addWirings(draft, object, relationships)
  for (const object of concepts.requests) addRequest(draft, object, relationships)
}

/** The node of a participant; a name without a DomainIdentity keeps its place as a node that says so. */
function participant(draft: Draft, name: string, byClass: boolean): string {
  const id = identityId(name)
  if (draft.has(id)) return id
  draft.node({
    id,
    kind: 'identity',
    label: byClass ? 'Relationship class (inferred)' : 'DomainIdentity',
    name,
    domain: '',
    place: '',
    tone: byClass ? 'off' : 'caution',
    state: byClass ? 'Class, not a counterpart' : 'No such object',
    presence: 'api',
    ref: undefined,
    fields: [],
  })
  if (!byClass)
    draft.finding({ rule: 'unresolved', tone: 'caution', text: `DomainIdentity ${name} is named and does not exist.`, nodes: [id] })
  return id
}

function addRelationship(draft: Draft, object: KubeObject): void {
  const { spec: said, name } = readDomainRelationship(object)
  if (said.sourceIdentity === undefined || said.targetIdentity === undefined) return
  const { byClass, fields, ...binding } = bindingOf(spec(object)['bindingStability'])
  const base: EdgeDraft = {
    from: participant(draft, said.sourceIdentity, false),
    to: participant(draft, said.targetIdentity, byClass),
    evidence: 'declared',
    type: words(said.relationshipType),
    by: `DomainRelationship/${name}`,
    ref: refOf(draft.cluster, object),
    binding: binding.binding,
  }
  draft.alias(refOf(draft.cluster, object), base.from)
  const detail = fieldsOf({ Protocol: said.protocol, Description: textOf(spec(object)['description']) })
  draft.edge({ ...base, state: binding.state, fields: [...detail, ...fields] })
  const seen = observedBinding(object)
  if (seen) draft.edge({ ...base, evidence: 'observed', ...seen })
  tellBroken(draft, { ...base, state: seen?.state ?? binding.state })
}

/** States that need a person become findings; declared or observed, the worst is said once per relation. */
function tellBroken(draft: Draft, edge: EdgeDraft): void {
  if (edge.state !== 'invalid' && edge.state !== 'diverged' && edge.state !== 'degraded') return
  const [from, to] = [draft.get(edge.from)?.name ?? '', draft.get(edge.to)?.name ?? '']
  draft.finding({
    rule: 'binding',
    tone: edge.state === 'invalid' ? 'danger' : 'caution',
    text: `The binding of ${from} to ${to} is ${edge.state}.`,
    nodes: [edge.from, edge.to],
  })
}

function addWirings(draft: Draft, object: KubeObject, relationships: readonly KubeObject[]): void {
  const identity = identityOfApp(draft, object)
  if (identity === undefined) return
  for (const raw of listOf(spec(object)['wirings'])) {
    const wiring = recordOf(raw)
    const name = textOf(wiring['name']) ?? 'wiring'
    const authority = nameIn(wiring['domainRelationshipRef'])
    const relationship = relationships.find((one) => one.metadata.name === authority)
    const { byClass, fields, ...binding } = bindingOf(wiring['bindingStability'])
    const from = identityId(identity)
    const base: EdgeDraft = {
      from,
      to: counterpart(draft, recordOf(wiring['counterpartRef']), byClass),
      evidence: 'declared',
      type: 'is wired to',
      by: `AppTopology/${object.metadata.name} ${name}`,
      ref: refOf(draft.cluster, object),
      binding: binding.binding,
    }
    const detail = fieldsOf({
      Purpose: textOf(wiring['purpose']),
      'Interface version': textOf(wiring['interfaceVersion']),
      Authority: authority,
    })
    draft.edge({ ...base, state: binding.state, fields: [...detail, ...fields] })
    const seen = observedBinding(object, name)
    if (seen) draft.edge({ ...base, evidence: 'observed', ...seen })
    tellBroken(draft, { ...base, state: seen?.state ?? binding.state })
    if (!relationship)
      draft.finding({
        rule: 'no-authority',
        tone: 'danger',
        text: `${identity} has a wiring ${name} whose DomainRelationship ${authority ?? '(none)'} does not exist.`,
        nodes: [from, base.to],
      })
  }
}

/** A wiring names any kind; an application stands for the identity it bears, so that wiring and relationship meet. */
function counterpart(draft: Draft, ref: Readonly<Record<string, unknown>>, byClass: boolean): string {
  const [kind, name] = [textOf(ref['kind']) ?? 'DomainIdentity', textOf(ref['name']) ?? 'unnamed']
  const found = draft.findByName(kind, name, textOf(ref['namespace'])) ?? draft.findByName(kind, name)
  if (found === undefined) return participant(draft, name, byClass)
  const node = draft.get(found)
  const borne = node?.kind === 'instance' ? identityId(node.name) : undefined
  return borne !== undefined && draft.has(borne) ? borne : found
}

function addRequest(draft: Draft, object: KubeObject, relationships: readonly KubeObject[]): void {
  const { spec: asked, name } = readRar(object)
  const phase = readRarStatus(object.status).phase
  const ref = refOf(draft.cluster, object)
  const [source, target] = [asked.participants?.initiator.domainIdentityRef.name, asked.participants?.counterpart.domainIdentityRef.name]
  if (source === undefined || target === undefined) return
  if (draft.has(identityId(source))) draft.alias(ref, identityId(source))
  const made = ownRelationship(object, relationships)
  if (made && phase !== 'Admitted')
    draft.finding({
      rule: 'not-admitted',
      tone: 'danger',
      text: `DomainRelationship ${made.metadata.name} exists although its request ${name} is ${phase ?? 'not evaluated'}.`,
      nodes: [participant(draft, source, false), participant(draft, target, false)],
    })
  if (phase === 'Admitted' && !made)
    draft.finding({
      rule: 'not-produced',
      tone: 'danger',
      text: `Request ${name} is Admitted and its DomainRelationship does not exist.`,
      nodes: [participant(draft, source, false), participant(draft, target, false)],
    })
  if (phase !== undefined && FINAL_PHASES.includes(phase)) return
  const { bindingType, protocol } = asked.interaction ?? {}
  draft.edge({
    from: participant(draft, source, false),
    to: participant(draft, target, false),
    evidence: 'pending',
    type: words(asked.interaction?.relationshipType),
    state: 'resolving',
    binding: bindingType === 'SnapshotBinding' ? 'snapshot' : bindingType === 'ContinuousBinding' ? 'continuous' : undefined,
    by: `${object.kind}/${name}`,
    ref,
    fields: fieldsOf({ Phase: phase ?? 'Not evaluated', Protocol: protocol, 'Asked by': asked.requestedBy }),
  })
}
