'use client'
import type { ReactNode } from 'react'
import { DrawnAt } from '#components/ui/clock.ts'

/** Gives everything below the portal's instant of drawing (epoch milliseconds). */
export const PortalTime = ({ at, children }: { readonly at: number | undefined; readonly children: ReactNode }) => (
  <DrawnAt value={at}>{children}</DrawnAt>
)
