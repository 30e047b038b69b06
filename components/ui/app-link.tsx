import type { Route } from 'next'
import Link from 'next/link'
import type { ComponentProps } from 'react'

type Props = Omit<ComponentProps<typeof Link>, 'href'> & { readonly href: string; readonly plain?: boolean }

/** Every internal link. The address comes from `routes`, which is what keeps it alive. */
export function AppLink({ href, plain = false, className = '', ...rest }: Props) {
  const look = plain ? '' : 'text-accent underline underline-offset-2 decoration-1'
  return <Link prefetch={false} {...rest} href={href as Route /* safe: built by lib/routes.ts */} className={`${look} ${className}`} />
}
