import type { Metadata } from 'next'
import { readNoticesAction } from './actions.ts'
import { NoticeList } from '#components/notice/notice-list.tsx'
import { ReadAll } from '#components/notice/read-all.tsx'
import { AppLink } from '#components/ui/app-link.tsx'
import { LiveRefresh } from '#components/ui/live.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { routes } from '#lib/routes.ts'
import { listNotices } from '#server/approval/notices.ts'
import { show } from '#server/edge/show.ts'

type Props = { readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>> }

export const metadata: Metadata = { title: 'Notifications' }

export default async function NotificationsPage({ searchParams }: Props) {
  const { after } = await searchParams
  const page = await show(listNotices, { after })
  if (!page.ok)
    return (
      <>
        <PageHead title="Notifications" />
        <ProblemPanel problem={page.error} title="Your notifications cannot be listed now" />
      </>
    )
  const { notices, unread, next } = page.value
  return (
    <>
      <LiveRefresh topics={['notices']} />
      <PageHead
        title="Notifications"
        about={unread === 0 ? 'All read' : `${unread} not read`}
        actions={<ReadAll unread={unread} read={readNoticesAction} />}
      />
      <NoticeList notices={notices} read={readNoticesAction} />
      {next !== undefined && (
        <p className="pt-2">
          <AppLink href={`${routes.notifications()}?after=${encodeURIComponent(next)}`}>Show older notifications</AppLink>
        </p>
      )}
    </>
  )
}
