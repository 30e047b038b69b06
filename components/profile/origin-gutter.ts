import { type Extension, RangeSet, RangeSetBuilder, StateEffect, StateField, type Text } from '@codemirror/state'
import { gutter, GutterMarker } from '@codemirror/view'
import { ORIGIN } from '#components/profile/look.ts'
import type { Origin, OriginMark } from '#lib/profile/origin.ts'

class Letter extends GutterMarker {
  readonly origin: Origin
  readonly note: string

  constructor(origin: Origin, note: string) {
    super()
    this.origin = origin
    this.note = note
  }

  override eq(other: GutterMarker): boolean {
    return other instanceof Letter && other.origin === this.origin && other.note === this.note
  }

  override toDOM(): Node {
    const element = document.createElement('span')
    element.className = `cm-origin-${this.origin}`
    element.textContent = ORIGIN[this.origin].letter
    element.title = `${ORIGIN[this.origin].word}: ${this.note}`
    return element
  }
}

/** Gives the editor the origin of each line. */
export const setOrigins = StateEffect.define<readonly OriginMark[]>()

const origins = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update: (before, transaction) => {
    for (const effect of transaction.effects) if (effect.is(setOrigins)) return lettersOf(transaction.state.doc, effect.value)
    return transaction.docChanged ? before.map(transaction.changes) : before
  },
})

function lettersOf(doc: Text, marks: readonly OriginMark[]): RangeSet<GutterMarker> {
  const byLine = new Map<number, OriginMark>()
  for (const mark of marks) if (!byLine.has(mark.line) && mark.line <= doc.lines) byLine.set(mark.line, mark)
  const builder = new RangeSetBuilder<GutterMarker>()
  for (const [line, mark] of [...byLine].toSorted(([a], [b]) => a - b)) {
    const { from } = doc.line(line)
    builder.add(from, from, new Letter(mark.origin, mark.note))
  }
  return builder.finish()
}

/** One letter per line: who put its value there. The same is told in words beside the editor. */
export const originGutter: Extension = [origins, gutter({ class: 'cm-origin-gutter', markers: (view) => view.state.field(origins) })]
