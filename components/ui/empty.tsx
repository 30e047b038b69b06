import type { ReactNode } from 'react'
import { AppLink } from '#components/ui/app-link.tsx'

type Props = { readonly title: string; readonly href?: string; readonly action?: string; readonly children?: ReactNode }

/** Nothing yet, or nothing matches: one sentence on what will be here, one link to what can be done. */
export function Empty({ title, href, action, children }: Props) {
  return (
    <div className="px-3 py-4">
      <p className="font-medium">{title}</p>
      {children !== undefined && <p className="text-muted">{children}</p>}
      {href !== undefined && action !== undefined && (
        <p className="mt-1">
          <AppLink href={href}>{action}</AppLink>
        </p>
      )}
    </div>
  )
}
