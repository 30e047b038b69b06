import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import './globals.css'
import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { PortalTime } from '#components/ui/portal-time.tsx'
import { THEME_COOKIE, themeOf } from '#components/ui/theme.ts'
import { portalNow } from '#server/edge/portal-now.ts'

export const metadata: Metadata = {
  title: { default: 'Vortex', template: '%s · Vortex' },
  description: 'The human at the boundary: what waits for a decision, what depends on what, what changed.',
}
export const viewport: Viewport = { colorScheme: 'light dark' }

// What comes after the first bytes is put in its place by a script; without scripts it is shown where it stands. Tailwind hides `[hidden]`
// with an important rule of its base layer, which only an important one of an earlier layer outdoes.
const WITHOUT_SCRIPTS =
  '.skeleton{display:none}@layer theme{div[hidden][id^="S:"]{display:block!important}}div[hidden][id^="S:"]{padding:0 1rem 2rem}'

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  // The browser measures its own clock against the instant of drawing (components/ui/clock.ts).
  const drawnAt = await portalNow()
  const theme = themeOf((await cookies()).get(THEME_COOKIE)?.value)
  return (
    <html lang="en" data-now={drawnAt} data-theme={theme === 'system' ? undefined : theme} suppressHydrationWarning>
      <body>
        <noscript>
          <style>{WITHOUT_SCRIPTS}</style>
        </noscript>
        <PortalTime at={drawnAt}>{children}</PortalTime>
      </body>
    </html>
  )
}
