'use client'
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { indentUnit } from '@codemirror/language'
import { type Diagnostic, lintGutter, nextDiagnostic, setDiagnostics } from '@codemirror/lint'
import { EditorState, type Text } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from '@codemirror/view'
import { useEffect, useEffectEvent, useRef } from 'react'
import { originGutter, setOrigins } from '#components/profile/origin-gutter.ts'
import { editorTheme, yamlLook } from '#components/profile/yaml-look.ts'
import type { ProfileProblem } from '#lib/profile/check-profile.ts'
import type { Position } from '#lib/profile/manifests.ts'
import type { OriginMark } from '#lib/profile/origin.ts'

/** What the page may ask of the editor. */
export type EditorHandle = { readonly jump: (to: Position) => void }

type Props = {
  readonly label: string
  readonly describedBy: string
  readonly initial: string
  /** Takes the place of the whole text, each object once; undo brings back what was there. */
  readonly replacement: { readonly text: string } | undefined
  readonly problems: readonly ProfileProblem[]
  readonly marks: readonly OriginMark[]
  readonly onText: (text: string) => void
  readonly onReady: (handle: EditorHandle) => void
}

/** A YAML editor. Tab leaves it, so that no keyboard is trapped; indentation has its own keys. */
export function Editor({ label, describedBy, initial, replacement, problems, marks, onText, onReady }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const editor = useRef<EditorView>(undefined)
  const changed = useEffectEvent(onText)
  const ready = useEffectEvent(onReady)
  const begin = useEffectEvent(() => ({ initial, label, describedBy }))

  useEffect(() => {
    if (place.current === null) return
    const start = begin()
    const view = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: start.initial,
        extensions: [
          lineNumbers(),
          originGutter,
          lintGutter(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          highlightActiveLineGutter(),
          yaml(),
          yamlLook,
          indentUnit.of('  '),
          EditorState.tabSize.of(2),
          keymap.of([
            { key: 'Mod-]', run: indentMore },
            { key: 'Mod-[', run: indentLess },
            { key: 'F8', run: nextDiagnostic },
            ...historyKeymap,
            ...defaultKeymap,
          ]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({
            'aria-label': start.label,
            'aria-describedby': start.describedBy,
            spellcheck: 'false',
            tabindex: '0',
          }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed(update.state.doc.toString())
          }),
          editorTheme,
        ],
      }),
    })
    editor.current = view
    ready({
      jump: ({ line, column }) => {
        const offset = offsetOf(view.state.doc, line, column)
        view.dispatch({ selection: { anchor: offset }, effects: EditorView.scrollIntoView(offset, { y: 'center' }) })
        view.focus()
      },
    })
    return () => view.destroy()
  }, [])

  useEffect(() => {
    const view = editor.current
    if (view !== undefined && replacement !== undefined)
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: replacement.text }, selection: { anchor: 0 } })
  }, [replacement])

  useEffect(() => {
    const view = editor.current
    if (view !== undefined)
      view.dispatch(
        setDiagnostics(
          view.state,
          problems.map((problem) => diagnosticOf(view.state.doc, problem)),
        ),
      )
  }, [problems])

  useEffect(() => editor.current?.dispatch({ effects: setOrigins.of(marks) }), [marks])

  return <div ref={place} className="min-w-0" />
}

function offsetOf(doc: Text, line: number, column: number): number {
  const found = doc.line(Math.min(Math.max(line, 1), doc.lines))
  return Math.min(found.from + column - 1, found.to)
}

function diagnosticOf(doc: Text, { line, column, severity, rule, message }: ProfileProblem): Diagnostic {
  const from = offsetOf(doc, line, column)
  return { from, to: Math.max(from, doc.lineAt(from).to), severity, message: `${rule}: ${message}` }
}
