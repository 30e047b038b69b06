import { diffLines, diffWordsWithSpace } from 'diff'

export type DiffPart = { readonly text: string; readonly changed: boolean }
export type DiffLine = {
  readonly kind: 'same' | 'ins' | 'del'
  readonly old: number | undefined
  readonly new: number | undefined
  readonly parts: readonly DiffPart[]
}
/** What is drawn: changed lines with three lines around, and folds of what lies between. */
export type DiffBlock =
  | { readonly kind: 'fold'; readonly lines: readonly DiffLine[] }
  | { readonly kind: 'lines'; readonly lines: readonly DiffLine[] }

const CONTEXT = 3
const FOLD_MIN = 3

const linesOf = (text: string): readonly string[] => {
  const lines = text.split('\n')
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

const whole = (text: string): readonly DiffPart[] => [{ text, changed: false }]

/** Marks the words that differ in a pair of lines; lines that share nothing are left whole. */
function wordMarks(before: string, after: string): { readonly del: readonly DiffPart[]; readonly ins: readonly DiffPart[] } {
  const changes = diffWordsWithSpace(before, after)
  const common = changes.some((change) => !change.added && !change.removed && change.value.trim() !== '')
  if (!common) return { del: whole(before), ins: whole(after) }
  return {
    del: changes.filter((change) => !change.added).map(({ value, removed }) => ({ text: value, changed: removed })),
    ins: changes.filter((change) => !change.removed).map(({ value, added }) => ({ text: value, changed: added })),
  }
}

/** The lines of a unified diff with both numbers and word marks inside pairs. */
export function unifiedLines(before: string, after: string): readonly DiffLine[] {
  const lines: DiffLine[] = []
  let oldNumber = 1
  let newNumber = 1
  const changes = diffLines(before, after)
  for (let index = 0; index < changes.length; index += 1) {
    const change = changes[index]
    if (!change) continue
    const texts = linesOf(change.value)
    if (!change.added && !change.removed) {
      for (const text of texts) lines.push({ kind: 'same', old: oldNumber++, new: newNumber++, parts: whole(text) })
      continue
    }
    const next = changes[index + 1]
    const paired = change.removed && next?.added ? linesOf(next.value) : []
    const removed = change.removed ? texts : []
    const added = change.removed ? paired : texts
    const marks = removed.length === added.length ? removed.map((text, at) => wordMarks(text, added[at] ?? '')) : []
    removed.forEach((text, at) => lines.push({ kind: 'del', old: oldNumber++, new: undefined, parts: marks[at]?.del ?? whole(text) }))
    added.forEach((text, at) => lines.push({ kind: 'ins', old: undefined, new: newNumber++, parts: marks[at]?.ins ?? whole(text) }))
    if (paired.length > 0) index += 1
  }
  return lines
}

/** Folds unchanged stretches; a fold is never shorter than what its own line would take. */
export function diffBlocks(lines: readonly DiffLine[]): readonly DiffBlock[] {
  const near = lines.map((_, at) => lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some((line) => line.kind !== 'same'))
  const blocks: { kind: 'fold' | 'lines'; lines: DiffLine[] }[] = []
  lines.forEach((line, at) => {
    const kind = near[at] ? 'lines' : 'fold'
    const last = blocks.at(-1)
    if (last?.kind === kind) last.lines.push(line)
    else blocks.push({ kind, lines: [line] })
  })
  return blocks.map((block) => (block.kind === 'fold' && block.lines.length < FOLD_MIN ? { ...block, kind: 'lines' } : block))
}
