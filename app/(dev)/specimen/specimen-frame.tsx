'use client'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Navigation } from '#components/shell/navigation.tsx'
import { PersonMenu } from '#components/shell/person-menu.tsx'
import { PLACES } from '#components/shell/places.ts'
import { AnnounceProvider } from '#components/ui/announce.tsx'
import { CommandMenu } from '#components/ui/command-menu.tsx'
import { ShortcutHelp } from '#components/ui/shortcut-help.tsx'
import { SkipLink } from '#components/ui/skip-link.tsx'
import { queue } from './fixtures.ts'

/** The shell without a world: no stream, no session, queries answered from the fixtures. */
export function SpecimenFrame({ theme, children }: { readonly theme: 'light' | 'dark' | undefined; readonly children: ReactNode }) {
  const [client] = useState(() => {
    const made = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity, enabled: false } } })
    made.setQueryData(['approvals', 'yours'], queue)
    return made
  })
  return (
    <QueryClientProvider client={client}>
      <AnnounceProvider>
        {theme !== undefined && <style>{`:root{color-scheme:${theme}}`}</style>}
        <SkipLink />
        <header className="sticky top-0 z-30 flex h-10 items-center gap-2 border-b border-line bg-surface px-2 sm:gap-4 sm:px-4">
          <b className="px-1">Vortex</b>
          <Navigation />
          <div className="ms-auto flex items-center gap-1 sm:gap-2">
            <CommandMenu places={PLACES} />
            <PersonMenu login="maria.santos" name="Maria Santos" groups={['approver-banking', 'approver-payments']} />
          </div>
        </header>
        <main id="content" tabIndex={-1} className="px-2 pt-2 pb-8 outline-none sm:px-4">
          {children}
        </main>
        <ShortcutHelp />
      </AnnounceProvider>
    </QueryClientProvider>
  )
}
