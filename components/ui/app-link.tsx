import type { Route } from 'next'
import Link from 'next/link'
import type { ComponentProps } from 'react'

type Props = Omit<ComponentProps<typeof Link>, 'href'> & {
  readonly href: string
  readonly plain?: boolean
  /** Goes there in place of the router, for a page that asks for its data itself. A new tab, and a page without scripts, still follow the link. */
  readonly follow?: ((href: string) => void) | undefined
}

/** Every internal link. The address comes from `routes`, which is what keeps it alive. */
export function AppLink({ href, plain = false, className = '', follow, ...rest }: Props) {
  const look = plain ? '' : 'text-accent underline underline-offset-2 decoration-1'
  const instead = follow && {
    onNavigate: (event: { preventDefault: () => void }): void => {
      event.preventDefault()
      follow(href)
    },
  }
  return (
    <Link
      prefetch={false}
      {...rest}
      {...instead}
      href={href as Route /* safe: built by lib/routes.ts */}
      className={`${look} ${className}`}
    />
  )
}
