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
