'use client'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { AnnounceProvider } from '#components/ui/announce.tsx'
import { LiveProvider } from '#components/ui/live.tsx'

const RETRIES = 2
const FRESH_MS = 2_000

/** What every page of the portal stands in: queries, the live stream and the polite voice. One client per tab; `from` is where the stream was at drawing. */
export function Providers({ from, children }: { readonly from: string | undefined; readonly children: ReactNode }) {
  const [client] = useState(() => new QueryClient({ defaultOptions: { queries: { retry: RETRIES, staleTime: FRESH_MS } } }))
  return (
    <QueryClientProvider client={client}>
      <AnnounceProvider>
        <LiveProvider from={from}>{children}</LiveProvider>
      </AnnounceProvider>
    </QueryClientProvider>
  )
}
