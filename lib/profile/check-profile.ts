import { isRecord } from '#lib/is-record.ts'
import { CONCEPT } from '#lib/kube/concept.ts'
import { groupOf, type KubeObject } from '#lib/kube/object.ts'
import { belonging } from '#lib/profile/belonging.ts'
import { checkObject } from '#lib/profile/check-object.ts'
import { APP_CONCEPTS, type AppConcept, type ProfileFacts, type RuleFinding, withDraft } from '#lib/profile/facts.ts'
import { parseManifests, type ParsedDocument, type Path } from '#lib/profile/manifests.ts'

/** One thing to see to, with its place. Lines and columns count from 1. */
export type ProfileProblem = {
  readonly document: number
  readonly path: string
  readonly line: number
  readonly column: number
  readonly severity: 'error' | 'warning'
  readonly rule: string
  readonly message: string
}

/** What a schema says about a whole object: field and words. */
export type SchemaCheck = (object: unknown) => readonly { readonly path: Path; readonly message: string }[]

export type CheckInput = {
  readonly facts: ProfileFacts
  /** The check of a served kind; undefined when this cluster does not serve it. */
  readonly schemaOf: (apiVersion: string, kind: string) => SchemaCheck | undefined
}

export type CheckedObject = { readonly concept: AppConcept; readonly object: KubeObject; readonly text: string }
export type CheckedProfile = {
  readonly problems: readonly ProfileProblem[]
  /** The documents that could be read as objects, in order. */
  readonly objects: readonly CheckedObject[]
}

const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/
const RESERVED = 'governance.infrastructure.ontai.dev/'

type Found = RuleFinding & { readonly in: ParsedDocument }

/** Everything that is wrong with a text of App manifests: YAML, schema, references, floors and ceilings, one identity, phases. */
export function checkProfile(text: string, input: CheckInput): CheckedProfile {
  const parsed = parseManifests(text)
  const syntax = parsed.problems.map(({ document, line, column, message }): ProfileProblem => ({
    document,
    path: '',
    line,
    column,
    severity: 'error',
    rule: 'YAML',
    message,
  }))
  const found: Found[] = []
  const objects: (CheckedObject & { readonly document: ParsedDocument })[] = []
  for (const document of parsed.documents) {
    const { findings, checked } = readDocument(document, input)
    found.push(...findings.map((finding) => ({ ...finding, in: document })))
    if (checked !== undefined) objects.push({ ...checked, document })
  }
  found.push(...together(objects))
  const facts = withDraft(
    input.facts,
    Object.fromEntries(APP_CONCEPTS.map((concept) => [concept, objects.filter((one) => one.concept === concept).map((one) => one.object)])),
  )
  const profile = objects.find((one) => one.concept === 'appProfile')?.object
  for (const { concept, object, document } of objects) {
    const findings = [
      ...checkObject(concept, object, facts),
      ...frozenClaim(concept, object, input.facts),
      ...belonging(concept, object, profile, input.facts),
    ]
    found.push(...findings.map((finding) => ({ ...finding, in: document })))
  }
  const problems = [...syntax, ...found.map(placed), ...(syntax.length === 0 ? wholeText(objects) : [])]
  return { problems: problems.toSorted((a, b) => a.line - b.line || a.column - b.column), objects }
}

const placed = ({ in: document, path, rule, severity, message }: Found): ProfileProblem => ({
  document: document.index,
  path: path.join('.'),
  ...document.at(path),
  severity,
  rule,
  message,
})

const wrong = (rule: string, path: Path, message: string): RuleFinding => ({ rule, path, severity: 'error', message })

function readDocument(
  document: ParsedDocument,
  { schemaOf }: CheckInput,
): { readonly findings: readonly RuleFinding[]; readonly checked?: CheckedObject } {
  const { value } = document
  if (!isManifest(value)) return { findings: [wrong('KIND', [], 'This document needs apiVersion, kind and metadata.name as text.')] }
  const concept = APP_CONCEPTS.find((candidate) => CONCEPT[candidate].kind === value.kind)
  if (concept === undefined || !CONCEPT[concept].groups.some((group) => group === groupOf(value)))
    return { findings: [wrong('KIND', ['kind'], `${value.kind} of ${value.apiVersion} is no App kind. A profile holds ${kinds()}.`)] }
  const schema = schemaOf(value.apiVersion, value.kind)
  if (schema === undefined)
    return { findings: [wrong('KIND', ['apiVersion'], `This cluster serves no ${value.kind} in ${value.apiVersion}.`)] }
  const findings = [
    ...schema(value).map(({ path, message }) => wrong('SCHEMA', path, message)),
    ...(NAME.test(value.metadata.name)
      ? []
      : [wrong('NAME', ['metadata', 'name'], 'A name has lower-case letters, digits, - and . only.')]),
    ...(value.metadata.namespace ? [] : [wrong('NAME', ['metadata', 'namespace'], 'Name the namespace: App kinds live in one.')]),
    ...('status' in value ? [wrong('STATUS', ['status'], 'The status is what operators observe. Leave it out.')] : []),
    ...Object.keys(value.metadata.annotations ?? {})
      .filter((key) => key.startsWith(RESERVED))
      .map((key) => wrong('RESERVED', ['metadata', 'annotations', key], 'This annotation is reserved for controllers. Leave it out.')),
  ]
  return { findings, checked: { concept, object: value, text: document.text } }
}

const kinds = (): string => APP_CONCEPTS.map((concept) => CONCEPT[concept].kind).join(', ')

const isManifest = (value: unknown): value is KubeObject =>
  isRecord(value) &&
  typeof value['apiVersion'] === 'string' &&
  typeof value['kind'] === 'string' &&
  isRecord(value['metadata']) &&
  typeof value['metadata']['name'] === 'string' &&
  (value['metadata']['namespace'] === undefined || typeof value['metadata']['namespace'] === 'string') &&
  (value['metadata']['annotations'] === undefined || isRecord(value['metadata']['annotations']))

/** Rules over all documents: no object twice, one namespace, one profile. */
function together(objects: readonly (CheckedObject & { readonly document: ParsedDocument })[]): readonly Found[] {
  const [first] = objects
  return objects.flatMap(({ concept, object, document }, index): readonly Found[] => {
    const { name, namespace } = object.metadata
    const twice = objects.findIndex((one) => one.concept === concept && one.object.metadata.name === name) < index
    const second = concept === 'appProfile' && objects.findIndex((one) => one.concept === concept) < index
    return [
      ...(twice ? [{ ...wrong('TWICE', ['metadata', 'name'], `${object.kind} ${name} stands twice.`), in: document }] : []),
      ...(second ? [{ ...wrong('ONE', ['kind'], 'One AppProfile at a time.'), in: document }] : []),
      ...(namespace !== undefined && first !== undefined && namespace !== first.object.metadata.namespace
        ? [
            {
              ...wrong(
                'NAME',
                ['metadata', 'namespace'],
                `All documents stand in one namespace; the first is in ${first.object.metadata.namespace ?? 'none'}.`,
              ),
              in: document,
            },
          ]
        : []),
    ]
  })
}

/** What no single line is to blame for. */
function wholeText(objects: readonly CheckedObject[]): readonly ProfileProblem[] {
  if (objects.some((one) => one.concept === 'appProfile')) return []
  return [
    {
      document: 0,
      path: '',
      line: 1,
      column: 1,
      severity: 'error',
      rule: 'ONE',
      message: 'There is no AppProfile yet. It holds the children together.',
    },
  ]
}

/** R6, as far as it can be seen: a claim of an application that is Ready should not move. */
function frozenClaim(concept: AppConcept, object: KubeObject, facts: ProfileFacts): readonly RuleFinding[] {
  if (concept !== 'appResourceProfile') return []
  const now = facts.appResourceProfile.find(
    (one) => one.metadata.name === object.metadata.name && one.metadata.namespace === object.metadata.namespace,
  )
  if (now === undefined || JSON.stringify(now.spec) === JSON.stringify(object.spec)) return []
  return [
    {
      rule: 'R6',
      path: ['spec'],
      severity: 'warning',
      message: 'The claim of an application that runs does not change. This one exists already and would.',
    },
  ]
}
