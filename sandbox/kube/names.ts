import { randomInt } from 'node:crypto'
import { asList, asObject, asText, metadataOf, type JsonObject } from './json.ts'
import type { Resource } from './resource.ts'
import type { FieldProblem } from './status-error.ts'

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'

/** A name made from metadata.generateName, as the API server makes it: five letters and digits that spell no word. */
export const generatedName = (prefix: string): string =>
  prefix.slice(0, 58) + Array.from({ length: 5 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const SUBDOMAIN = String.raw`${LABEL}(\.${LABEL})*`
const RULES = {
  label: { pattern: new RegExp(`^${LABEL}$`), max: 63, text: `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL}')` },
  subdomain: { pattern: new RegExp(`^${SUBDOMAIN}$`), max: 253, text: `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')` },
  segment: { pattern: /^(?!\.{1,2}$)[^/%]+$/, max: 253, text: "may not contain '/' or '%' and may not be '.' or '..'" },
} // prettier-ignore

const QUALIFIED = /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])?$/
const QUALIFIED_TEXT =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const VALUE_TEXT =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"

/** Why a text is no value of a label; null when it is one. */
export const labelValueProblem = (value: string): string | null => (LABEL_VALUE.test(value) ? null : VALUE_TEXT)

/** What is wrong with name, labels and annotations. */
export function metadataProblems(resource: Resource, object: JsonObject): FieldProblem[] {
  const { name, labels, annotations } = metadataOf(object)
  const problems: FieldProblem[] = []
  const { pattern, max, text } = RULES[resource.nameRule]
  if (typeof name !== 'string' || name === '')
    problems.push({ type: 'Required', field: 'metadata.name', detail: 'name or generateName is required' })
  else if (name.length > max)
    problems.push({ type: 'Invalid', field: 'metadata.name', value: name, detail: `must be no more than ${max} characters` })
  else if (!pattern.test(name))
    problems.push({
      type: 'Invalid',
      field: 'metadata.name',
      value: name,
      detail: resource.nameRule === 'label' && name.includes('.') ? 'must not contain dots' : text,
    })
  for (const [key, value] of Object.entries(asObject(labels))) {
    if (!QUALIFIED.test(key)) problems.push({ type: 'Invalid', field: 'metadata.labels', value: key, detail: QUALIFIED_TEXT })
    if (typeof value === 'string' && !LABEL_VALUE.test(value))
      problems.push({ type: 'Invalid', field: 'metadata.labels', value, detail: VALUE_TEXT })
  }
  for (const key of Object.keys(asObject(annotations))) {
    if (!QUALIFIED.test(key.toLowerCase()))
      problems.push({ type: 'Invalid', field: 'metadata.annotations', value: key, detail: QUALIFIED_TEXT })
  }
  return [...problems, ...ownerProblems(object)]
}

function ownerProblems(object: JsonObject): FieldProblem[] {
  const owners = asList(metadataOf(object)['ownerReferences']).map(asObject)
  const field = 'metadata.ownerReferences'
  const problems = owners.flatMap((owner): FieldProblem[] =>
    ['apiVersion', 'kind', 'name', 'uid']
      .filter((key) => owner[key] === '')
      .map((key) => ({
        type: 'Invalid',
        field: `${field}.${key}`,
        value: '',
        detail: key === 'apiVersion' ? 'version must not be empty' : 'must not be empty',
      })),
  )
  const [first, second] = owners.filter(({ controller }) => controller === true)
  if (first === undefined || second === undefined) return problems
  const named = (owner: JsonObject): string => `${asText(owner['kind'])}/${asText(owner['name'])}`
  const detail = `Only one reference can have Controller set to true. Found "true" in references for ${named(first)} and ${named(second)}`
  return [...problems, { type: 'Invalid', field, value: owners, detail }]
}
