import { isMap, parseDocument, stringify } from 'yaml'
import { canonicalJson } from '#lib/canonical.ts'
import { err, ok, type Result } from '#lib/result.ts'

/**
 * Adds `spec.<field>` to a document of one object and leaves every other byte as its author wrote it, comments included.
 * Where the layout of the document does not allow that (flow style), the document is written anew by the YAML library.
 */
export function addToSpec(text: string, field: string, value: Readonly<Record<string, string>>): Result<string, string> {
  const doc = parseDocument(text)
  if (doc.errors.length > 0) return err('its document in the repository is not valid YAML')
  const spec = doc.get('spec', true)
  if (!isMap(spec)) return err('its document in the repository has no spec')
  if (spec.has(field)) return err(`its document in the repository already has spec.${field}`)
  const wanted = parseDocument(text)
  wanted.setIn(['spec', field], value)
  const inserted = insertAtEnd(text, spec.range?.[1], columnOf(text, spec.range?.[0]), stringify({ [field]: value }, YAML_STYLE))
  const same = inserted !== undefined && sameMeaning(inserted, wanted.toJS())
  return ok(same ? inserted : wanted.toString({ lineWidth: 0 }))
}

/** Times and references are quoted, so that no reader takes them for anything but text. */
export const YAML_STYLE = { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' } as const

const columnOf = (text: string, offset: number | undefined): number | undefined =>
  offset === undefined ? undefined : offset - (text.lastIndexOf('\n', offset - 1) + 1)

function insertAtEnd(text: string, end: number | undefined, column: number | undefined, block: string): string | undefined {
  if (end === undefined || column === undefined || column === 0) return undefined
  const last = text.slice(0, end).trimEnd().length
  const lineEnd = text.indexOf('\n', last)
  const [head, tail] = lineEnd < 0 ? [`${text}\n`, ''] : [text.slice(0, lineEnd + 1), text.slice(lineEnd + 1)]
  const indented = block.replaceAll(/^(?=.)/gm, ' '.repeat(column))
  return `${head}${indented}${tail}`
}

function sameMeaning(text: string, wanted: unknown): boolean {
  const doc = parseDocument(text)
  return doc.errors.length === 0 && canonicalJson(doc.toJS()) === canonicalJson(wanted)
}
