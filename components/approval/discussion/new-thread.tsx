'use client'
import { useState } from 'react'
import type { DiscussActions } from '#components/approval/discussion/actions.ts'
import { anchorWords } from '#components/approval/discussion/look.ts'
import { useSend } from '#components/approval/discussion/use-send.ts'
import { refusalWords } from '#components/approval/permit-words.ts'
import { Button } from '#components/ui/button.tsx'
import { CheckField } from '#components/ui/check-field.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { TextArea } from '#components/ui/text-area.tsx'
import { COMMENT_MAX } from '#lib/thread/rules.ts'
import type { Discussion } from '#lib/thread/view.ts'

type Props = {
  readonly id: string
  readonly anchors: readonly string[]
  readonly may: Discussion['may']
  readonly actions: DiscussActions
}

/** Opens a discussion on the request, a condition, a field or a file; whoever may decide can make it block. */
export function NewThread({ id, anchors, may, actions }: Props) {
  const [isOpen, setOpen] = useState(false)
  const [anchor, setAnchor] = useState('request')
  const [blocking, setBlocking] = useState(false)
  const [text, setText] = useState('')
  const [thread, setThread] = useState(() => crypto.randomUUID())
  const { send, problem, pending } = useSend()
  if (!may.open.allowed) return <p className="text-muted">{refusalWords(may.open)}</p>
  if (!isOpen)
    return (
      <div>
        <Button onClick={() => setOpen(true)}>Ask or remark</Button>
      </div>
    )
  const open = (): void =>
    send(
      () => actions.open({ id, thread, anchor, blocking, text }),
      'The discussion is open.',
      () => {
        setText('')
        setBlocking(false)
        setThread(crypto.randomUUID())
        setOpen(false)
      },
    )
  return (
    <form className="flex flex-col gap-2" onSubmit={(event) => event.preventDefault()}>
      <SelectField
        label="About"
        name="anchor"
        value={anchor}
        onText={setAnchor}
        options={anchors.map((one) => ({ value: one, label: anchorWords(one) }))}
      />
      <TextArea
        label="Question or remark"
        name="remark"
        rows={3}
        max={COMMENT_MAX}
        value={text}
        onText={setText}
        error={problem?.fields.find((field) => field.field === 'text')?.message}
      />
      {may.block.allowed ? (
        <CheckField label="Nobody approves until this is resolved" checked={blocking} onChecked={setBlocking} />
      ) : (
        <p className="text-muted">{refusalWords(may.block)}</p>
      )}
      {problem !== undefined && problem.fields.length === 0 && <ProblemPanel problem={problem} title="It was not opened" />}
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" pending={pending} blocked={text.trim() === '' ? 'Write something first.' : undefined} onClick={open}>
          Send
        </Button>
        <Button kind="quiet" onClick={() => setOpen(false)}>
          Close
        </Button>
      </div>
    </form>
  )
}
