import { stringify } from 'yaml'
import { CONCEPT } from '#lib/kube/concept.ts'
import { err, ok, type Result } from '#lib/result.ts'
import { type DomainSet, domainSet } from '#lib/profile/domain-set.ts'
import {
  eventFields,
  policyFields,
  resourceFields,
  topologyFields,
  workflowFields,
  auditFields,
  boundaryFields,
} from '#lib/profile/draft-fields.ts'
import { type Build, type DraftField, type DraftInput, field, refField } from '#lib/profile/draft-field.ts'
import type { AppConcept, ProfileFacts } from '#lib/profile/facts.ts'
import type { Path } from '#lib/profile/manifests.ts'
import type { CuratedField } from '#lib/profile/origin.ts'
import { CHILD_FIELD } from '#lib/profile/check-profile-object.ts'
import { PHASES } from '#lib/profile/phase.ts'
import { BUILT_IN, type Template, templateOfProfile } from '#lib/profile/template.ts'

export type Draft = {
  /** All documents as one text of several YAML documents. */
  readonly text: string
  readonly curated: readonly CuratedField[]
  /** What could not be drafted, in words; the author has to see to it. */
  readonly gaps: readonly string[]
}

/**
 * The built-in curator: drafts an AppProfile with its children from declared state by rules, without a model. Every value lies
 * inside the floors and ceilings of the chosen identity and says where it comes from. Gives the reason when there is nothing to draft by.
 */
export function draftProfile(input: DraftInput): Result<Draft, string> {
  const set = domainSet(input.facts, input.identity)
  if (set === undefined) return err(`DomainIdentity ${input.identity} does not exist.`)
  const template = findTemplate(input.template, input.facts)
  if (template === undefined) return err(`There is no template ${input.template}.`)
  const documents: Document[] = []
  const gaps: string[] = []
  for (const [concept, build] of BUILDERS) {
    const fields = build({ input, set, template })
    if (typeof fields === 'string') gaps.push(fields)
    else documents.push({ concept, fields })
  }
  documents.push({ concept: 'appProfile', fields: profileFields(input.name, input.appGroup, documents) })
  const whole = documents.map((document) => complete(document, input))
  return ok({
    text: whole.map(({ fields }) => stringify(assemble(fields), { lineWidth: 0 })).join('---\n'),
    curated: whole.flatMap(({ concept, fields }) => fields.flatMap((one) => curatedLeaves(CONCEPT[concept].kind, one))),
    gaps,
  })
}

const findTemplate = (id: string, facts: ProfileFacts): Template | undefined => {
  const profile = facts.appProfile.find(({ metadata }) => `profile:${metadata.namespace ?? ''}/${metadata.name}` === id)
  return profile ? templateOfProfile(profile, facts) : BUILT_IN.find((template) => template.id === id)
}

type Document = { readonly concept: AppConcept; readonly fields: readonly DraftField[] }
const identityFields: Build = ({ input, set }) => [
  ...refField(
    ['spec', 'domainIdentityRef'],
    'core.ontai.dev',
    'DomainIdentity',
    set.identity.metadata.name,
    'author',
    'The application identity you chose.',
  ),
  ...refField(['spec', 'appBoundaryRef'], input.appGroup, 'AppBoundary', input.name, 'default', 'Drafted together with this profile.'),
  field(['spec', 'serviceName'], input.name, 'author', 'The name you gave.'),
  field(['spec', 'version'], 'v0.1.0', 'default', 'First version; it becomes part of the SPIFFE id.'),
  field(['spec', 'operatorOwner'], operatorOwner(set), 'inherited', `From DomainIdentity ${set.identity.metadata.name}.`),
]

const operatorOwner = ({ identity }: DomainSet): string => {
  const { spec } = identity
  return typeof spec === 'object' && spec !== null && 'operatorOwner' in spec && typeof spec.operatorOwner === 'string'
    ? spec.operatorOwner
    : 'platform'
}

const BUILDERS: readonly (readonly [AppConcept, Build])[] = [
  ['appBoundary', boundaryFields],
  ['appIdentity', identityFields],
  ['appPolicy', policyFields],
  ['appResourceProfile', resourceFields],
  ['appAuditPolicy', auditFields],
  ['appTopology', topologyFields],
  ['appEventSchema', eventFields],
  ['appWorkflow', workflowFields],
]

const profileFields = (name: string, group: string, documents: readonly Document[]): readonly DraftField[] => [
  ...documents.flatMap(({ concept }) =>
    concept === 'appProfile'
      ? []
      : refField(['spec', CHILD_FIELD[concept]], group, CONCEPT[concept].kind, name, 'default', 'Drafted together with this profile.'),
  ),
  field(
    ['spec', 'phaseModel', 'phases'],
    PHASES.map(({ name: phase, dependsOn }, index) => ({
      name: phase,
      order: index + 1,
      ...(phase === 'BehavioralConfiguration' && { parallel: true }),
      ...(dependsOn.length > 0 && { dependsOn }),
    })),
    'default',
    'The eight phases in the platform’s order.',
  ),
]

const complete = ({ concept, fields }: Document, input: DraftInput): Document => ({
  concept,
  fields: [
    field(['apiVersion'], `${input.appGroup}/v1alpha1`, 'default', 'As this cluster serves it.'),
    field(['kind'], CONCEPT[concept].kind, 'default', 'The kind of this document.'),
    field(['metadata', 'name'], input.name, 'author', 'The name you gave.'),
    field(['metadata', 'namespace'], input.namespace, 'author', 'The namespace you chose.'),
    ...fields,
  ],
})

function assemble(fields: readonly DraftField[]): Readonly<Record<string, unknown>> {
  const root: Record<string, unknown> = {}
  for (const { path, value } of fields) {
    let at = root
    for (const key of path.slice(0, -1).map(String)) {
      const next = at[key]
      // safe: only plain records are put here, by this loop
      at = typeof next === 'object' && next !== null ? (next as Record<string, unknown>) : ((at[key] = {}) as Record<string, unknown>)
    }
    at[String(path.at(-1))] = value
  }
  return root
}

/** One curated field per scalar, so that each line of the text can say where it comes from. */
function curatedLeaves(kind: string, { path, value, origin, note }: DraftField): readonly CuratedField[] {
  const walk = (inner: unknown, at: Path): readonly CuratedField[] => {
    if (Array.isArray(inner)) return inner.flatMap((one, index) => walk(one, [...at, index]))
    if (typeof inner === 'object' && inner !== null) return Object.entries(inner).flatMap(([key, one]) => walk(one, [...at, key]))
    return [{ kind, path: at, value: scalar(inner), origin, note }]
  }
  return walk(value, path)
}

const scalar = (value: unknown): CuratedField['value'] =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
