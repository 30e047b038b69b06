import { type Document, isAlias, isCollection, isMap, isNode, isPair, isScalar, LineCounter, parseAllDocuments, visit } from 'yaml'

export type Path = readonly (string | number)[]
export type Position = { readonly line: number; readonly column: number }

/** One document of the text, with the place of everything in it. Lines and columns count from 1. */
export type ParsedDocument = {
  readonly index: number
  readonly value: unknown
  /** The document as it is delivered: comments kept, one document, newline at the end. */
  readonly text: string
  /** Where a path stands; the nearest parent where it is missing. */
  readonly at: (path: Path) => Position
  /** All scalars with their paths. */
  readonly leaves: readonly Leaf[]
}

export type Leaf = { readonly path: Path; readonly value: unknown; readonly position: Position }
export type SyntaxProblem = Position & { readonly document: number; readonly message: string }
export type Parsed = { readonly documents: readonly ParsedDocument[]; readonly problems: readonly SyntaxProblem[] }

const TEXT_MAX = 262_144
const DOCUMENTS_MAX = 50

/** Reads a text of several YAML documents. What cannot be read is a problem with its place; the rest is still given. */
export function parseManifests(text: string): Parsed {
  if (text.length > TEXT_MAX)
    return { documents: [], problems: [{ line: 1, column: 1, document: 0, message: `The text is longer than ${TEXT_MAX} characters.` }] }
  const lines = new LineCounter()
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  if (!Array.isArray(parsed)) return { documents: [], problems: [] }
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(Math.min(offset, text.length))
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const documents: ParsedDocument[] = []
  const problems: SyntaxProblem[] = []
  for (const [index, document] of parsed.entries()) {
    if (index >= DOCUMENTS_MAX) {
      problems.push({
        ...position(document.range?.[0] ?? 0),
        document: index,
        message: `More than ${DOCUMENTS_MAX} documents. Leave some out.`,
      })
      break
    }
    const own = documentProblems(document).map(({ offset, message }) => ({ ...position(offset), document: index, message }))
    problems.push(...own)
    if (own.length > 0 || document.contents === null) continue
    documents.push(read(document, index, position))
  }
  return { documents, problems }
}

function documentProblems(document: Document.Parsed): readonly { readonly offset: number; readonly message: string }[] {
  const found = [...document.errors, ...document.warnings].map((error) => ({ offset: error.pos[0], message: error.message }))
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node) || ('anchor' in node && node.anchor !== undefined))
        found.push({
          offset: node.range?.[0] ?? 0,
          message: 'Anchors and aliases are not used here: a reviewer reads every value where it stands. Write it out.',
        })
    },
  })
  return found
}

function read(document: Document.Parsed, index: number, position: (offset: number) => Position): ParsedDocument {
  const start = document.contents?.range?.[0] ?? 0
  const at = (path: Path): Position => {
    for (let length = path.length; length > 0; length -= 1) {
      const found = offsetOf(document.contents, path.slice(0, length))
      if (found !== undefined) return position(found)
    }
    return position(start)
  }
  const body = document.toString({ lineWidth: 0, directives: false })
  return {
    index,
    value: document.toJS({ maxAliasCount: 0 }),
    text: body.endsWith('\n') ? body : `${body}\n`,
    at,
    leaves: leavesOf(document.contents, [], position),
  }
}

/** Offset of the key that a path ends in, or of the item of a list. */
function offsetOf(node: unknown, path: Path): number | undefined {
  const [head, ...rest] = path
  if (head === undefined || !isCollection(node)) return undefined
  for (const [at, item] of node.items.entries()) {
    if (isMap(node) && isPair(item)) {
      if (!isScalar(item.key) || String(item.key.value) !== String(head)) continue
      return rest.length === 0 ? item.key.range?.[0] : offsetOf(item.value, rest)
    }
    if (!isMap(node) && at === Number(head)) return rest.length === 0 ? (isNode(item) ? item.range?.[0] : undefined) : offsetOf(item, rest)
  }
  return undefined
}

function leavesOf(node: unknown, path: Path, position: (offset: number) => Position): readonly Leaf[] {
  if (isScalar(node)) return [{ path, value: node.value, position: position(node.range?.[0] ?? 0) }]
  if (!isCollection(node)) return []
  return node.items.flatMap((item, index): readonly Leaf[] =>
    isPair(item)
      ? leavesOf(item.value, [...path, isScalar(item.key) ? String(item.key.value) : '?'], position)
      : leavesOf(item, [...path, index], position),
  )
}
