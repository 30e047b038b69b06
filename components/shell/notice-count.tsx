'use client'
import { useQuery } from '@tanstack/react-query'
import { usePathname, useRouter } from 'next/navigation'
import { AppLink } from '#components/ui/app-link.tsx'
import { fetchJson } from '#components/ui/fetch-json.ts'
import { useLive } from '#components/ui/live.tsx'
import { useShortcut } from '#components/ui/shortcut.ts'
import { routes } from '#lib/routes.ts'

/** The way to what the person was told, with how much of it is not read. No number while it is not known: a zero would be a claim. */
export function NoticeCount() {
  const router = useRouter()
  const here = usePathname() === routes.notifications()
  const { data, refetch } = useQuery({
    queryKey: ['notices', 'unread'],
    queryFn: () => fetchJson<{ readonly unread: number }>('/api/notices'),
  })
  useLive(['notices'], () => refetch())
  useShortcut({
    id: `go.${routes.notifications()}`,
    keys: 'g n',
    words: 'Go to Notifications',
    run: () => router.push(routes.notifications()),
  })
  const unread = data?.unread ?? 0
  return (
    <AppLink
      plain
      href={routes.notifications()}
      aria-current={here ? 'page' : undefined}
      title={unread === 0 ? 'Notifications' : `Notifications, ${unread} not read`}
      className={`flex h-7 shrink-0 items-center gap-1 rounded-control px-1.5 ${here ? 'bg-selected text-ink' : 'text-muted hover:bg-hover hover:text-ink'}`}
    >
      <svg aria-hidden="true" viewBox="0 0 16 16" className="size-4 fill-none stroke-current" strokeWidth="1.3" strokeLinejoin="round">
        <path d="M3 11.5h10L11.8 9.6V6.5a3.8 3.8 0 0 0-7.6 0v3.1zM6.5 13.4a1.6 1.6 0 0 0 3 0" strokeLinecap="round" />
      </svg>
      <span className="sr-only">Notifications</span>
      {unread > 0 && (
        <span className="rounded-mark bg-waiting-soft px-1 text-waiting">
          {unread}
          <span className="sr-only"> not read</span>
        </span>
      )}
    </AppLink>
  )
}
