import { isMap, parseAllDocuments, parseDocument, stringify } from 'yaml'
import { canonicalJson } from '#lib/canonical.ts'
import { remembered } from '#lib/remember.ts'
import { err, ok, type Result } from '#lib/result.ts'

/**
 * Adds `spec.<field>` to a document of one object and leaves every other byte as its author wrote it: comments, anchors,
 * line ends. Where the layout of the document does not allow that (flow style), the YAML library writes it anew, and what it
 * wrote must mean the same.
 */
export const addToSpec = remembered((text: string, field: string, value: Readonly<Record<string, string>>): Result<string, string> => {
  const problem = problemOf(text)
  if (problem !== undefined) return err(`its document in the repository ${problem}`)
  const doc = parseDocument(text)
  const spec = doc.get('spec', true)
  if (!isMap(spec)) return err('its document in the repository has no spec')
  if (spec.has(field)) return err(`its document in the repository already has spec.${field}`)
  const wanted = parseDocument(text)
  wanted.setIn(['spec', field], value)
  const end = text.includes('\r\n') ? '\r\n' : '\n'
  const block = stringify({ [field]: value }, YAML_STYLE).replaceAll('\n', end)
  const inserted = insertAtEnd(text, { end: spec.range?.[1], column: columnOf(text, spec.range?.[0]), block, lineEnd: end })
  if (inserted !== undefined && sameMeaning(inserted, wanted.toJS())) return ok(inserted)
  const anew = wanted.toString({ lineWidth: 0 }).replaceAll('\n', end)
  return sameMeaning(anew, wanted.toJS()) ? ok(anew) : err('its document in the repository cannot be edited without changing its meaning')
})

/** Times and references are quoted, so that no reader takes them for anything but text. */
export const YAML_STYLE = { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' } as const

/** Why a text is no document of one object that can be edited. */
function problemOf(text: string): string | undefined {
  const all = parseAllDocuments(text)
  if (Array.isArray(all) && all.length > 1)
    return 'stands in a file of several documents; every object has a file of its own, so somebody must split it'
  try {
    const [first] = parseDocument(text).errors
    if (first !== undefined) return `is not valid YAML (${first.message.split('\n')[0]?.replace(/:$/, '') ?? first.code})`
    parseDocument(text).toJS()
    return undefined
  } catch {
    // The library refuses to follow aliases without end.
    return 'names itself by aliases more often than can be followed'
  }
}

const columnOf = (text: string, offset: number | undefined): number | undefined =>
  offset === undefined ? undefined : offset - (text.lastIndexOf('\n', offset - 1) + 1)

function insertAtEnd(
  text: string,
  at: { readonly end: number | undefined; readonly column: number | undefined; readonly block: string; readonly lineEnd: string },
): string | undefined {
  const { end, column, block } = at
  if (end === undefined || column === undefined || column === 0) return undefined
  const last = text.slice(0, end).trimEnd().length
  const lineEnd = text.indexOf('\n', last)
  const [head, tail] = lineEnd < 0 ? [`${text}${at.lineEnd}`, ''] : [text.slice(0, lineEnd + 1), text.slice(lineEnd + 1)]
  const indented = block.replaceAll(/^(?=.)/gm, ' '.repeat(column))
  return `${head}${indented}${tail}`
}

function sameMeaning(text: string, wanted: unknown): boolean {
  const doc = parseDocument(text)
  return doc.errors.length === 0 && canonicalJson(doc.toJS()) === canonicalJson(wanted)
}
