'use client'
import { useState } from 'react'
import type { DiscussActions } from '#components/approval/discussion/actions.ts'
import { anchorWords, threadLook } from '#components/approval/discussion/look.ts'
import { useSend } from '#components/approval/discussion/use-send.ts'
import { refusalWords } from '#components/approval/permit-words.ts'
import { Button } from '#components/ui/button.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { TextArea } from '#components/ui/text-area.tsx'
import { Time } from '#components/ui/time.tsx'
import { Visible } from '#components/ui/visible.tsx'
import { COMMENT_MAX } from '#lib/thread/rules.ts'
import type { ThreadView } from '#lib/thread/view.ts'

/** One thread: what it is about, what was said, and how to answer or resolve it. */
export function Thread({ thread, actions }: { readonly thread: ThreadView; readonly actions: DiscussActions }) {
  const look = threadLook(thread)
  return (
    <article aria-label={`Discussion on ${anchorWords(thread.anchor)}`} className="min-w-0 rounded-control border border-line p-3">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <StatusMark tone={look.tone}>{look.word}</StatusMark>
        <span className="min-w-0 [overflow-wrap:anywhere]">
          on <Visible text={anchorWords(thread.anchor)} />
        </span>
        {thread.earlier && thread.resolved === undefined && <span className="text-caution">about an earlier version</span>}
        {thread.resolved !== undefined && (
          <span className="text-muted">
            by {thread.resolved.by} <Time at={thread.resolved.at} />
          </span>
        )}
      </div>
      <ol className="mt-2 flex flex-col gap-2">
        {thread.comments.map((comment) => (
          <li key={comment.id} className="min-w-0 border-s-2 border-line ps-3">
            <p className="flex flex-wrap items-baseline gap-x-3 text-muted">
              <span className="font-mono text-code text-ink">
                <Visible text={comment.login} />
              </span>
              <Time at={comment.at} />
            </p>
            <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">
              <Visible text={comment.text} />
            </p>
          </li>
        ))}
      </ol>
      {thread.may.reply.allowed && <Answer thread={thread} actions={actions} />}
    </article>
  )
}

/** Closed until somebody wants to answer, so that a page of threads is not a page of boxes. */
function Answer({ thread, actions }: { readonly thread: ThreadView; readonly actions: DiscussActions }) {
  const [isOpen, setOpen] = useState(false)
  const [text, setText] = useState('')
  const [comment, setComment] = useState(() => crypto.randomUUID())
  const { send, problem, pending } = useSend()
  const reply = (): void =>
    send(
      () => actions.reply({ id: thread.id, comment, text }),
      'Your answer is added.',
      () => {
        setText('')
        setComment(crypto.randomUUID())
        setOpen(false)
      },
    )
  const resolve = (): void =>
    send(
      () => actions.resolve({ id: thread.id }),
      'The discussion is resolved.',
      () => {},
    )
  return (
    <form className="mt-2 flex flex-col gap-2" onSubmit={(event) => event.preventDefault()}>
      {isOpen && (
        <TextArea
          label="Your answer"
          name="answer"
          rows={2}
          max={COMMENT_MAX}
          value={text}
          onText={setText}
          error={problem?.fields.find((field) => field.field === 'text')?.message}
        />
      )}
      {problem !== undefined && problem.fields.length === 0 && <ProblemPanel problem={problem} title="It was not added" />}
      <div className="flex flex-wrap items-center gap-2">
        {isOpen ? (
          <Button kind="primary" pending={pending} blocked={text.trim() === '' ? 'Write an answer first.' : undefined} onClick={reply}>
            Answer
          </Button>
        ) : (
          <Button kind="quiet" onClick={() => setOpen(true)}>
            Answer
          </Button>
        )}
        {thread.resolved === undefined && (
          <Button pending={pending} blocked={refusalWords(thread.may.resolve)} onClick={resolve}>
            Resolve
          </Button>
        )}
      </div>
    </form>
  )
}
