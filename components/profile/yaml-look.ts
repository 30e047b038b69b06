import { syntaxTree } from '@codemirror/language'
import type { Range } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view'

const MARK: Readonly<Record<string, Decoration>> = {
  Key: Decoration.mark({ class: 'cm-yaml-key' }),
  Comment: Decoration.mark({ class: 'cm-yaml-quiet' }),
  DirectiveEnd: Decoration.mark({ class: 'cm-yaml-quiet' }),
  DocEnd: Decoration.mark({ class: 'cm-yaml-quiet' }),
}

/** Keys stand out, comments and separators step back. Nothing else is coloured (ui.md 5.1: quiet until it matters). */
export const yamlLook = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet

    constructor(view: EditorView) {
      this.decorations = decorate(view)
    }

    update(update: ViewUpdate) {
      if (update.docChanged || update.viewportChanged || syntaxTree(update.startState) !== syntaxTree(update.state))
        this.decorations = decorate(update.view)
    }
  },
  { decorations: (plugin) => plugin.decorations },
)

function decorate(view: EditorView): DecorationSet {
  const found: Range<Decoration>[] = []
  for (const { from, to } of view.visibleRanges)
    syntaxTree(view.state).iterate({
      from,
      to,
      enter: (node) => {
        const mark = MARK[node.name]
        if (mark !== undefined && node.to > node.from) found.push(mark.range(node.from, node.to))
      },
    })
  return Decoration.set(found, true)
}

/** The editor in the portal's tokens, so that both themes fit by themselves. */
export const editorTheme = EditorView.theme({
  '&': { backgroundColor: 'var(--surface)', color: 'var(--text)', fontSize: '0.75rem', maxHeight: '70vh', minHeight: '16rem' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.125rem' },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'var(--sunken)', color: 'var(--text-muted)', borderRight: '1px solid var(--line)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--hover)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--selected)',
  },
  '.cm-yaml-key': { color: 'var(--accent)' },
  '.cm-yaml-quiet': { color: 'var(--text-muted)' },
  '.cm-origin-gutter .cm-gutterElement': { padding: '0 4px', minWidth: '1.25rem', textAlign: 'center' },
  '.cm-origin-curator': { color: 'var(--working)', fontWeight: '600' },
  '.cm-origin-author': { color: 'var(--accent)', fontWeight: '600' },
  '.cm-lintRange-error': { backgroundImage: 'none', borderBottom: '2px solid var(--danger)' },
  '.cm-lintRange-warning': { backgroundImage: 'none', borderBottom: '2px dashed var(--caution)' },
  '.cm-tooltip': { backgroundColor: 'var(--raised)', color: 'var(--text)', border: '1px solid var(--line-strong)' },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--danger)' },
  '.cm-diagnostic-warning': { borderLeft: '3px solid var(--caution)' },
})
