import type { ReactNode } from 'react'
import { AppLink } from '#components/ui/app-link.tsx'
import { type ButtonKind, buttonLook } from '#components/ui/button-look.ts'

/** A link that looks like a button: it goes somewhere, it does nothing. */
export function ButtonLink({
  href,
  kind = 'plain',
  download = false,
  children,
}: {
  readonly href: string
  readonly kind?: ButtonKind
  /** The address answers with a file to keep. */
  readonly download?: boolean
  readonly children: ReactNode
}) {
  return (
    <AppLink plain href={href} className={buttonLook(kind)} {...(download && { download: true })}>
      {children}
    </AppLink>
  )
}
