import { redirect } from 'next/navigation'
import type { ReactNode } from 'react'
import { Header } from '#components/shell/header.tsx'
import { Providers } from '#components/shell/providers.tsx'
import { SourceStrip } from '#components/shell/source-strip.tsx'
import { ShortcutHelp } from '#components/ui/shortcut-help.tsx'
import { SkipLink } from '#components/ui/skip-link.tsx'
import { AppError } from '#lib/error.ts'
import { routes } from '#lib/routes.ts'
import { drawnFrom } from '#server/edge/drawn-from.ts'
import { signedInViewer } from '#server/auth/viewer.ts'

/**
 * What is streamed after its skeleton waits hidden for a script to put it in place: without one it is read where it came. In the first layer,
 * because the sheet's own rule for what is hidden is important, and of those the earliest layer wins.
 */
const WITHOUT_SCRIPT =
  "@layer theme { div[hidden][id^='S:'] { display: block !important; padding: 0 1rem 2rem } .skeleton { display: none !important } }"

/** The shell. It decides nothing: each verb asks for itself. */
export default async function PortalLayout({ children }: { readonly children: ReactNode }) {
  // First, so that whatever changes while the page is drawn is told again.
  const from = await drawnFrom()
  const viewer = await signedInViewer().catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'unauthenticated') return undefined
    throw error
  })
  if (!viewer) redirect(routes.signIn())
  return (
    <Providers from={from}>
      <noscript>
        <style>{WITHOUT_SCRIPT}</style>
      </noscript>
      <SkipLink />
      <Header login={viewer.login} name={viewer.name} groups={viewer.groups} />
      <main id="content" tabIndex={-1} className="px-2 pt-2 pb-8 outline-none sm:px-4">
        <SourceStrip />
        {children}
      </main>
      <ShortcutHelp />
    </Providers>
  )
}
