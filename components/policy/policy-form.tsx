'use client'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { PolicyImpact } from '#components/policy/impact.tsx'
import { useAnnounce } from '#components/ui/announce.tsx'
import { Button } from '#components/ui/button.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { TextArea } from '#components/ui/text-area.tsx'
import { useSettled } from '#components/ui/use-settled.ts'
import type { Problem } from '#lib/error.ts'
import type { PolicyCheck } from '#lib/policy/view.ts'
import type { Result } from '#lib/result.ts'
import { routes } from '#lib/routes.ts'

export type PolicyActions = {
  readonly check: (input: { readonly text: string }) => Promise<Result<PolicyCheck, Problem>>
  readonly propose: (input: { readonly text: string }) => Promise<Result<{ readonly id: string }, Problem>>
}

const REST_MS = 400
const LOST: Problem = {
  code: 'unavailable',
  message: 'The portal did not answer. Your text stands below. Send it again.',
  ref: 'browser',
  fields: [],
}

/** Writes a change of the policy file: what it would mean is shown before it is sent. */
export function PolicyForm({
  text: first,
  closed,
  actions,
}: {
  readonly text: string
  readonly closed?: string
  readonly actions: PolicyActions
}) {
  const router = useRouter()
  const announce = useAnnounce()
  const [text, setText] = useState(first)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<Problem>()
  const settled = useSettled(text, REST_MS)
  const touched = settled !== first
  const { data, isPlaceholderData } = useQuery({
    queryKey: ['policy.check', settled],
    queryFn: () => actions.check({ text: settled }),
    enabled: touched,
    placeholderData: keepPreviousData,
  })
  const check = touched && data?.ok === true ? data.value : undefined
  const current = check !== undefined && settled === text && !isPlaceholderData

  const send = async (): Promise<void> => {
    setBusy(true)
    setRefused(undefined)
    const result = await actions.propose({ text }).catch(() => ({ ok: false as const, error: LOST }))
    if (result.ok) {
      announce('Sent for approval.')
      router.push(routes.approval(result.value.id))
      return
    }
    setBusy(false)
    setRefused(result.error)
  }
  const wrong = check?.wrong ?? []
  const blocked = ((): string | undefined => {
    if (closed !== undefined) return closed
    if (text === first) return 'Nothing is changed yet.'
    if (data?.ok === false) return data.error.message
    if (!current) return 'Being checked.'
    if (wrong.length > 0) return 'Correct what is wrong first.'
    return check.changes.length === 0 ? 'It means the same as the file in force.' : undefined
  })()
  return (
    <div className="flex flex-col gap-4">
      <Panel title="Propose a change" about="Decided under the file in force, by every domain in it">
        <form className="flex flex-col gap-3" onSubmit={(event) => event.preventDefault()}>
          <TextArea label="vortex/policy.yaml" name="policy" rows={16} value={text} onText={setText} mono />
          {wrong.length > 0 && (
            <ul aria-label="Problems" className="flex flex-col gap-1 text-danger">
              {wrong.map(({ line, field, message }) => (
                <li key={`${line} ${field} ${message}`}>
                  {line !== undefined && `Line ${line}, `}
                  <span className="font-mono text-code">{field}</span>: {message}
                </li>
              ))}
            </ul>
          )}
          {refused !== undefined && <ProblemPanel problem={refused} title="It was not sent" />}
          <div>
            <Button kind="primary" pending={busy} blocked={blocked} onClick={() => void send()}>
              Send for approval
            </Button>
          </div>
        </form>
      </Panel>
      {check !== undefined && wrong.length === 0 && <PolicyImpact check={check} />}
    </div>
  )
}
