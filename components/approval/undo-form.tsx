'use client'
import { useRouter } from 'next/navigation'
import { useRef, useState } from 'react'
import { useAnnounce } from '#components/ui/announce.tsx'
import { Button } from '#components/ui/button.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { TextArea } from '#components/ui/text-area.tsx'
import { UntrustedText } from '#components/ui/untrusted-text.tsx'
import { justificationProblem, type UndoView } from '#lib/approval/undo.ts'
import type { Problem } from '#lib/error.ts'
import type { Result } from '#lib/result.ts'
import { routes } from '#lib/routes.ts'

export type SendUndo = (input: {
  readonly id: string
  readonly draft: string
  readonly justification: string
}) => Promise<Result<{ readonly id: string }, Problem>>

const LOST: Problem = {
  code: 'unavailable',
  message: 'The portal did not answer. Your text stands below. Send it again: it opens one request, however often it is sent.',
  ref: 'browser',
  fields: [],
}

type Props = {
  readonly view: Pick<UndoView, 'id' | 'advice' | 'may'>
  /** The id of the element that says a refusal. */
  readonly refusal: string
  readonly send: SendUndo
}

/** Why it is undone, and the button that sends it: open exactly when the server would accept. */
export function UndoForm({ view, refusal, send }: Props) {
  const router = useRouter()
  const announce = useAnnounce()
  const [draft] = useState(() => crypto.randomUUID())
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState<string>()
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  const box = useRef<HTMLTextAreaElement>(null)
  const { advice, may } = view

  const go = async (): Promise<void> => {
    const found = justificationProblem(text)
    setWrong(found)
    setProblem(undefined)
    if (found !== undefined) return box.current?.focus()
    setBusy(true)
    const result = await send({ id: view.id, draft, justification: text }).catch(() => ({ ok: false as const, error: LOST }))
    if (result.ok) {
      announce('Sent for approval.')
      router.push(routes.approval(result.value.id))
      return
    }
    setBusy(false)
    setWrong(result.error.fields.find(({ field }) => field === 'justification')?.message)
    setProblem(result.error)
  }
  return (
    <form className="flex flex-col gap-3" onSubmit={(event) => event.preventDefault()}>
      {advice && (
        <div className="flex flex-col gap-1">
          <h3>How to undo, as it was written with the decision</h3>
          <UntrustedText text={advice.text} from={advice.from} />
          <div>
            <Button onClick={() => setText(advice.text)}>Use these words</Button>
          </div>
        </div>
      )}
      <TextArea
        label="Why it is undone"
        name="justification"
        hint="Everybody who opens the request reads it."
        min={10}
        max={2000}
        value={text}
        error={wrong}
        inputRef={box}
        onText={(next) => {
          setText(next)
          setWrong(undefined)
        }}
      />
      {problem && <ProblemPanel problem={problem} title="It is not sent" onRetry={() => void go()} />}
      <div>
        <Button kind="primary" pending={busy} blocked={may.allowed ? undefined : may.reason} reasonId={refusal} onClick={() => void go()}>
          Send for approval
        </Button>
      </div>
    </form>
  )
}
