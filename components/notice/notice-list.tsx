'use client'
import type { ReadNotices } from '#components/notice/read-all.tsx'
import { DataTable } from '#components/ui/data-table.tsx'
import { Empty } from '#components/ui/empty.tsx'
import { Restricted } from '#components/ui/restricted.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import { UntrustedText } from '#components/ui/untrusted-text.tsx'
import { Visible } from '#components/ui/visible.tsx'
import type { NoticeKind, NoticeView } from '#lib/approval/notice.ts'
import { routes } from '#lib/routes.ts'
import type { Tone } from '#lib/status.ts'

const LOOK: Readonly<Record<NoticeKind, { readonly tone: Tone; readonly word: string }>> = {
  turn: { tone: 'waiting', word: 'Your turn' },
  lapsed: { tone: 'caution', word: 'Vote lapsed' },
  escalated: { tone: 'caution', word: 'Escalated' },
  reply: { tone: 'working', word: 'Answered' },
  outcome: { tone: 'ok', word: 'Decided' },
}
const OVER = { tone: 'off', word: 'Over' } as const

const COLUMNS = [
  { key: 'kind', title: 'What', width: '9rem' },
  { key: 'name', title: 'Request', mono: true, width: '30%' },
  { key: 'text', title: 'Why you are told' },
  { key: 'at', title: 'When', align: 'end', width: '8rem' },
] as const

/** What one person was told: one entry per request, the newest first. Opening a request reads its entry. */
export function NoticeList({ notices, read }: { readonly notices: readonly NoticeView[]; readonly read: ReadNotices }) {
  return (
    <DataTable
      label="Notifications"
      columns={COLUMNS}
      primary="name"
      empty={
        <Empty title="Nothing yet." href={routes.approvals()} action="See what is open">
          When a request waits for you, a vote of yours lapses, somebody answers you or a request of yours is decided, it stands here.
        </Empty>
      }
      rows={notices.map((notice) => {
        const look = notice.ended ? OVER : LOOK[notice.kind]
        return {
          id: notice.id,
          href: routes.approval(notice.requestId),
          quiet: notice.read || notice.ended,
          // A failure leaves it unread, which is no harm: the count says so.
          onOpen: () => void read({ id: notice.id }).catch(() => undefined),
          cells: {
            kind: (
              <>
                <StatusMark tone={look.tone}>{look.word}</StatusMark>
                {!notice.read && !notice.ended && <span className="sr-only">, not read</span>}
              </>
            ),
            name: (
              <span className={notice.read || notice.ended ? '' : 'font-semibold'}>
                <UntrustedText inline text={notice.name} />
              </span>
            ),
            text: <Reason notice={notice} />,
            at: <Time at={notice.at} />,
          },
        }
      })}
    />
  )
}

function Reason({ notice: { text, why } }: { readonly notice: NoticeView }) {
  return (
    <span className="whitespace-normal [overflow-wrap:anywhere]">
      <Visible text={text} />
      {why !== undefined &&
        ('text' in why ? (
          <span className="block text-muted">
            <span className="line-clamp-2">
              <Visible text={why.text} />
            </span>
          </span>
        ) : (
          <span className="block">
            <Restricted level={why.restricted} />
          </span>
        ))}
    </span>
  )
}
