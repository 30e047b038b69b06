'use client'
import { type RefObject, useId, useRef, useState, useTransition } from 'react'
import {
  type Cast,
  checkParts,
  LOST,
  PART_MIN,
  type PartErrors,
  PARTS,
  partErrors,
  shortDigest,
  TOTAL_MAX,
} from '#components/approval/decide.ts'
import { VERDICT_WORD } from '#components/approval/look.ts'
import { refusalWords } from '#components/approval/permit-words.ts'
import { useDecidingClosed } from '#components/approval/use-deciding-closed.ts'
import { useDraft } from '#components/approval/use-draft.ts'
import { useAnnounce } from '#components/ui/announce.tsx'
import { Button } from '#components/ui/button.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { useShortcut } from '#components/ui/shortcut.ts'
import { TextArea } from '#components/ui/text-area.tsx'
import { rationaleText } from '#lib/approval/rationale.ts'
import type { Verdict } from '#lib/approval/request.ts'
import type { RequestView } from '#lib/approval/view.ts'
import type { Problem } from '#lib/error.ts'

type Props = {
  /** The request as the voter saw it: its digest is what is signed. */
  readonly seen: RequestView
  /** The request as it stands: its permits are asked. */
  readonly now: RequestView
  readonly unread: boolean
  readonly cast: Cast
  /** Why the last vote was refused. */
  readonly problem: Problem | undefined
  readonly onProblem: (problem: Problem | undefined) => void
  readonly onCast: (verdict: Verdict) => void
  readonly onConflict: () => void
}

const VERDICTS: readonly Verdict[] = ['approve', 'deny']
export const NOT_COUNTED = 'The vote is not counted'
const UNREAD = 'The request changed after you opened it. Read what changed first.'
const NO_DIGEST = 'There is no digest to sign, so nobody can vote.'

/** Three boxes, two verbs of equal weight. No key approves: a verdict is chosen with its button first. */
export function VoteForm({ seen, now, unread, cast, problem, onProblem, onCast, onConflict }: Props) {
  const { draft, keep, clear } = useDraft(now.id, now.yourVote?.rationale)
  const [errors, setErrors] = useState<PartErrors>({})
  const [chosen, setChosen] = useState<Verdict>()
  const [pending, start] = useTransition()
  const form = useRef<HTMLFormElement>(null)
  const closed = useDecidingClosed()
  const reasons = useId()

  const blocked = (verdict: Verdict): string | undefined => {
    if (unread) return UNREAD
    return refusalWords(now.may[verdict]) ?? closed ?? (seen.digest === undefined ? NO_DIGEST : undefined)
  }
  const refuse = (found: PartErrors): void => {
    setErrors(found)
    const first = PARTS.find(({ part }) => found[part] !== undefined)
    if (first) form.current?.querySelector<HTMLElement>(`[name=${first.part}]`)?.focus()
  }
  const send = (verdict: Verdict): void => {
    setChosen(verdict)
    onProblem(undefined)
    const digest = seen.digest
    if (blocked(verdict) !== undefined || digest === undefined || pending) return
    const found = checkParts(draft, adviceOf(seen))
    refuse(found ?? {})
    if (found) return
    start(async () => {
      const result = await cast({ id: now.id, digest, verdict, ...draft }).catch(() => ({ ok: false as const, error: LOST }))
      if (result.ok) {
        clear()
        onCast(verdict)
        return
      }
      refuse(partErrors(result.error.fields))
      onProblem(result.error)
      if (result.error.code === 'conflict') onConflict()
    })
  }
  useVoteKeys(form, () => (chosen === undefined ? undefined : () => send(chosen)))
  const told = [...new Set(VERDICTS.map(blocked).filter((reason) => reason !== undefined))]

  return (
    <form ref={form} onSubmit={(event) => event.preventDefault()} className="flex flex-col gap-2">
      {PARTS.map(({ part, label }) => (
        <TextArea
          key={part}
          label={label}
          name={part}
          rows={2}
          min={PART_MIN}
          value={draft[part]}
          error={errors[part]}
          onText={(text) => {
            keep({ ...draft, [part]: text })
            setErrors({ ...errors, [part]: undefined })
          }}
        />
      ))}
      <Total length={Array.from(rationaleText(draft)).length} />
      {problem && (
        <ProblemPanel
          problem={problem}
          title={NOT_COUNTED}
          {...(problem.code !== 'conflict' && { onRetry: () => chosen && send(chosen) })}
        />
      )}
      <div className="grid grid-cols-2 gap-2">
        {VERDICTS.map((verdict) => (
          <Button
            key={verdict}
            kind={verdict === 'approve' ? 'primary' : 'danger'}
            data-verdict={verdict}
            blocked={blocked(verdict)}
            reasonId={reasons}
            pending={pending}
            className="w-full px-1!"
            onClick={() => send(verdict)}
          >
            {VERDICT_WORD[verdict]} <span className="font-mono text-code">{shortDigest(seen.digest ?? '')}</span>
          </Button>
        ))}
      </div>
      <div id={reasons} className="flex flex-col gap-1 text-muted">
        {told.map((reason) => (
          <p key={reason}>{told.length > 1 ? `${only(reason, blocked)}${reason}` : reason}</p>
        ))}
      </div>
    </form>
  )
}

/** What the portal itself says on this page: a reason that only repeats it is refused, here and on the server. */
const adviceOf = (seen: RequestView): readonly string[] => [
  ...seen.assessment.lines,
  ...seen.parties.flatMap((party) => party.findings.map((finding) => finding.message)),
]

/** v goes to the first box; ⌘Enter sends the verdict that was chosen, and without one only asks for it (ui.md 5.5). */
function useVoteKeys(form: RefObject<HTMLFormElement | null>, chosen: () => (() => void) | undefined): void {
  const announce = useAnnounce()
  useShortcut({ id: 'rationale', keys: 'v', words: 'To the rationale', run: () => form.current?.querySelector('textarea')?.focus() })
  useShortcut({
    id: 'rationale.send',
    keys: 'Mod Enter',
    words: 'Send the verdict you chose',
    when: () => form.current?.contains(document.activeElement) === true,
    run: () => {
      const send = chosen()
      if (send) return send()
      form.current?.querySelector<HTMLElement>('[data-verdict]')?.focus()
      announce('Choose Approve or Deny.', 'waiting')
    },
  })
}

/** Which verb a reason is about, when the two differ. */
const only = (reason: string, blocked: (verdict: Verdict) => string | undefined): string =>
  VERDICTS.filter((verdict) => blocked(verdict) === reason)
    .map((verdict) => `${VERDICT_WORD[verdict]}: `)
    .join('')

function Total({ length }: { readonly length: number }) {
  return (
    <p className={length > TOTAL_MAX ? 'text-danger' : 'text-muted'}>
      Together {length.toLocaleString('en')} of {TOTAL_MAX.toLocaleString('en')} with the headings
    </p>
  )
}
