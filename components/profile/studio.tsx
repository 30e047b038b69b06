'use client'
import dynamic from 'next/dynamic'
import { useId, useState } from 'react'
import type { StudioActions } from '#components/profile/actions.ts'
import { BeginForm } from '#components/profile/begin-form.tsx'
import type { EditorHandle } from '#components/profile/editor.tsx'
import { OriginPanel } from '#components/profile/origin-panel.tsx'
import { ProblemList } from '#components/profile/problem-list.tsx'
import { SendPanel } from '#components/profile/send-panel.tsx'
import { useCheckedText } from '#components/profile/use-checked-text.ts'
import { backupOf, type Kept, useKeptDraft } from '#components/profile/use-kept-draft.ts'
import { useOriginMarks } from '#components/profile/use-origin-marks.ts'
import { useAnnounce } from '#components/ui/announce.tsx'
import { Columns } from '#components/ui/columns.tsx'
import { Note } from '#components/ui/note.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import type { Authoring, DraftContent } from '#lib/profile/view.ts'

// Only this page needs an editor, and only in a browser.
const Editor = dynamic(() => import('#components/profile/editor.tsx').then((module) => module.Editor), {
  ssr: false,
  loading: () => <Skeleton rows={8} label="Editor" />,
})

const NOTHING: DraftContent & { readonly title: string } = { text: '', curated: [], title: '' }

type Props = { readonly authoring: Authoring; readonly actions: StudioActions; readonly freshId: string }

/** Writes an AppProfile with its children: draft, edit, see at once what fails and who decides, send. */
export function Studio({ authoring, actions, freshId }: Props) {
  const announce = useAnnounce()
  const hint = useId()
  // What the page was opened with. A later drawing of the page must not replace what is being written.
  const [opened] = useState(() => ({ id: authoring.draft?.id ?? freshId, ...(authoring.draft ?? NOTHING) }))
  const [text, setText] = useState(opened.text)
  const [curated, setCurated] = useState(opened.curated)
  const [title, setTitle] = useState(opened.title)
  const [gaps, setGaps] = useState<readonly string[]>([])
  const [editor, setEditor] = useState<EditorHandle>()
  const [sending, setSending] = useState(false)
  // The curator's last draft. It may come before the editor has loaded, so the editor takes it up when it can.
  const [drafted, setDrafted] = useState<{ readonly text: string }>()
  const checked = useCheckedText(text, actions.check)
  const marks = useOriginMarks(text, curated)
  const problems = checked.answer?.problems ?? []
  const name = checked.answer?.impact.name ?? title
  const kept = useKeptDraft({ id: opened.id, title: name, text, curated }, opened.text, actions.keep, sending)

  return (
    <Columns
      aside={
        <>
          <SendPanel draft={opened.id} text={text} checked={checked} send={actions.send} onSending={setSending} />
          <ProblemList problems={problems} state={checked.words} onJump={(to) => editor?.jump(to)} />
          <OriginPanel marks={marks} onJump={(to) => editor?.jump(to)} />
        </>
      }
    >
      <BeginForm
        authoring={authoring}
        curate={actions.curate}
        replaces={text.trim() !== ''}
        onDraft={(made, draftName) => {
          setCurated(made.curated)
          setGaps(made.gaps)
          setTitle(draftName)
          setDrafted({ text: made.text })
          announce(`Drafted ${draftName}.`)
        }}
      />
      {gaps.length > 0 && <Gaps gaps={gaps} />}
      <Panel title="Manifests" about={<KeptWords kept={kept} />} flush>
        <Editor
          label="Manifests of the profile, YAML"
          describedBy={hint}
          initial={backupOf(opened.id) ?? opened.text}
          replacement={drafted}
          problems={problems}
          marks={marks}
          onText={setText}
          onReady={(handle) => {
            setEditor(handle)
            if (drafted === undefined) setText(backupOf(opened.id) ?? opened.text)
          }}
        />
        <p id={hint} className="border-t border-line px-3 py-1.5 text-muted">
          Tab leaves the editor. Ctrl ] and Ctrl [ indent, F8 goes to the next problem. The letters say where a value comes from: C curator,
          I inherited, D default, A author.
        </p>
      </Panel>
    </Columns>
  )
}

function Gaps({ gaps }: { readonly gaps: readonly string[] }) {
  return (
    <Note tone="caution" title="Not everything could be drafted">
      <ul>
        {gaps.map((gap) => (
          <li key={gap}>{gap}</li>
        ))}
      </ul>
    </Note>
  )
}

function KeptWords({ kept }: { readonly kept: Kept }) {
  if (kept.is === 'empty') return null
  const words = { keeping: 'Keeping the draft', kept: 'Draft kept', failed: '' }[kept.is]
  return (
    <output className={kept.is === 'failed' ? 'text-caution' : ''}>
      {kept.is === 'failed' ? `Kept in this browser only: ${kept.why}` : words}
    </output>
  )
}
