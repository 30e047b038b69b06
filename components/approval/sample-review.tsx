'use client'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Button } from '#components/ui/button.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { TextArea } from '#components/ui/text-area.tsx'
import { Visible } from '#components/ui/visible.tsx'
import { refusalWords } from '#components/approval/permit-words.ts'
import type { SampleView } from '#lib/approval/sample.ts'
import type { Problem } from '#lib/error.ts'
import type { Result } from '#lib/result.ts'

export type Review = (input: {
  readonly id: string
  readonly verdict: 'right' | 'wrong'
  readonly note: string
}) => Promise<Result<unknown, Problem>>

const LOST: Problem = {
  code: 'unavailable',
  message: 'The portal did not answer. Load the page again before you send it once more.',
  ref: 'browser',
  fields: [],
}
const NOTE_MAX = 2000

/** The look of a person at an automatic admission that was drawn as a sample. */
export function SampleReview({ id, sample, review }: { readonly id: string; readonly sample: SampleView; readonly review: Review }) {
  const router = useRouter()
  const [note, setNote] = useState('')
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  const send = async (verdict: 'right' | 'wrong'): Promise<void> => {
    setBusy(true)
    const result = await review({ id, verdict, note }).catch(() => ({ ok: false as const, error: LOST }))
    setBusy(false)
    setProblem(result.ok ? undefined : result.error)
    if (result.ok) router.refresh()
  }
  if (sample.review !== undefined)
    return (
      <Panel title="Drawn as a sample">
        <StatusMark tone={sample.review.verdict === 'right' ? 'ok' : 'danger'}>
          {sample.review.login} found it {sample.review.verdict} at{' '}
          <time dateTime={sample.review.at}>{sample.review.at.slice(0, 16)}Z</time>
        </StatusMark>
        <p className="mt-1 [overflow-wrap:anywhere]">
          <Visible text={sample.review.note} />
        </p>
      </Panel>
    )
  const blocked = refusalWords(sample.may)
  return (
    <Panel title="Drawn as a sample" about="The system admitted it. Look at it once more.">
      <form className="flex flex-col gap-3" onSubmit={(event) => event.preventDefault()}>
        <TextArea
          label="What you looked at"
          name="note"
          min={10}
          max={NOTE_MAX}
          value={note}
          onText={setNote}
          error={problem?.fields.find((field) => field.field === 'note')?.message}
        />
        {problem !== undefined && problem.fields.length === 0 && <ProblemPanel problem={problem} title="The review is not recorded" />}
        <div className="flex flex-wrap gap-2">
          <Button blocked={blocked} pending={busy} onClick={() => void send('right')}>
            It was right
          </Button>
          {blocked === undefined && (
            <Button kind="danger" pending={busy} onClick={() => void send('wrong')}>
              It was wrong
            </Button>
          )}
        </div>
      </form>
    </Panel>
  )
}
