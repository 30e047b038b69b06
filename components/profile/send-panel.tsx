'use client'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { StudioActions } from '#components/profile/actions.ts'
import { ImpactPanel } from '#components/profile/impact-panel.tsx'
import type { Checked } from '#components/profile/use-checked-text.ts'
import { useAnnounce } from '#components/ui/announce.tsx'
import { Button } from '#components/ui/button.tsx'
import type { Problem } from '#lib/error.ts'
import { routes } from '#lib/routes.ts'

type Props = {
  readonly draft: string
  readonly text: string
  readonly checked: Checked
  readonly send: StudioActions['send']
  readonly onSending: (is: boolean) => void
}

const SILENT: Problem = {
  code: 'unavailable',
  message: 'The portal does not answer. The draft is kept. Send it again.',
  ref: '',
  fields: [],
}

/** Whom the profile has to convince, and the button that sends it: open exactly when the server would accept. */
export function SendPanel({ draft, text, checked, send, onSending }: Props) {
  const router = useRouter()
  const announce = useAnnounce()
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<Problem>()
  const go = async (): Promise<void> => {
    setBusy(true)
    onSending(true)
    setRefused(undefined)
    const result = await send({ draft, text }).catch(() => undefined)
    if (result?.ok === true) {
      announce('Sent for approval.')
      router.push(routes.approval(result.value.id))
      return
    }
    setBusy(false)
    onSending(false)
    setRefused(result?.error ?? SILENT)
  }
  const blocked = text.trim() === '' ? 'There is no text yet.' : checked.current ? checked.answer?.impact.blocked : 'Being checked.'
  return (
    <ImpactPanel impact={checked.answer?.impact}>
      <Button kind="primary" pending={busy} blocked={blocked} onClick={() => void go()}>
        Send for approval
      </Button>
      {refused !== undefined && (
        <div role="alert" className="mt-2 text-danger [overflow-wrap:anywhere]">
          {refused.message} {refused.fields.map((field) => `${field.field}: ${field.message}`).join(' ')}
          {refused.ref !== '' && <span className="text-muted"> Number {refused.ref}</span>}
        </div>
      )}
    </ImpactPanel>
  )
}
