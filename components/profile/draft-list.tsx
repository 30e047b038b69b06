'use client'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useAnnounce } from '#components/ui/announce.tsx'
import { AppLink } from '#components/ui/app-link.tsx'
import { Button } from '#components/ui/button.tsx'
import { Time } from '#components/ui/time.tsx'
import { UntrustedText } from '#components/ui/untrusted-text.tsx'
import type { Problem } from '#lib/error.ts'
import type { DraftRow } from '#lib/profile/view.ts'
import type { Result } from '#lib/result.ts'
import { routes } from '#lib/routes.ts'

type Props = { readonly drafts: readonly DraftRow[]; readonly drop: (input: unknown) => Promise<Result<{ readonly id: string }, Problem>> }

/** The viewer's own drafts, to go on with or to throw away. */
export function DraftList({ drafts, drop }: Props) {
  const router = useRouter()
  const announce = useAnnounce()
  const [busy, setBusy] = useState<string>()
  const discard = async ({ id, title }: DraftRow): Promise<void> => {
    setBusy(id)
    const result = await drop({ id }).catch(() => undefined)
    setBusy(undefined)
    announce(
      result?.ok === true ? `Discarded ${title}.` : (result?.error.message ?? 'The portal does not answer.'),
      result?.ok === true ? 'ok' : 'caution',
    )
    router.refresh()
  }
  return (
    <ul>
      {drafts.map((draft) => (
        <li key={draft.id} className="flex min-h-7 flex-wrap items-center gap-x-2">
          <AppLink href={`${routes.newProfile()}?draft=${draft.id}`} className="min-w-0 [overflow-wrap:anywhere]">
            <UntrustedText inline text={draft.title} />
          </AppLink>
          <span className="ms-auto text-muted">
            <Time at={draft.updatedAt} />
          </span>
          <Button
            kind="quiet"
            pending={busy === draft.id}
            aria-label={`Discard the draft ${draft.title}`}
            onClick={() => void discard(draft)}
          >
            Discard
          </Button>
        </li>
      ))}
    </ul>
  )
}
