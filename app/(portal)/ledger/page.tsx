import type { Metadata } from 'next'
import { LedgerEntry, LedgerTable } from '#components/history/ledger-table.tsx'
import { AppLink } from '#components/ui/app-link.tsx'
import { ButtonLink } from '#components/ui/button-link.tsx'
import { Columns } from '#components/ui/columns.tsx'
import { FilterField } from '#components/ui/filter-field.tsx'
import { LiveRefresh } from '#components/ui/live.tsx'
import { Note } from '#components/ui/note.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { routes } from '#lib/routes.ts'
import { show } from '#server/edge/show.ts'
import { checkLedger } from '#server/history/verify-ledger.ts'
import { getLedgerEntry } from '#server/ledger/get.ts'
import { listLedger } from '#server/ledger/list.ts'

type Props = { readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>> }

export const metadata: Metadata = { title: 'Ledger' }

export default async function LedgerPage({ searchParams }: Props) {
  const given = Object.fromEntries(
    Object.entries(await searchParams).filter((each): each is [string, string] => typeof each[1] === 'string'),
  )
  const { entry: chosen, verify, ...filter } = given
  const [page, entry] = await Promise.all([
    show(listLedger, Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ''))),
    chosen === undefined ? undefined : show(getLedgerEntry, { seq: chosen }),
  ])
  const verified = verify === undefined ? undefined : await show(checkLedger, {})
  const address = (change: Readonly<Record<string, string>>): string =>
    `${routes.ledger()}?${new URLSearchParams({ ...filter, ...change })}`
  return (
    <>
      <LiveRefresh topics={['ledger', 'approvals', 'deliveries']} />
      <PageHead
        title="Ledger"
        about="Append-only: every vote, decision, refusal and step of delivery"
        actions={
          <>
            <ButtonLink href={exported(filter)} download>
              Export
            </ButtonLink>
            <ButtonLink href={address({ verify: '1' })}>Verify the ledger</ButtonLink>
          </>
        }
      />
      <div className="flex flex-wrap gap-2 pb-2">
        <FilterField label="Filter by subject, person or action" />
        <FilterField label="Who" param="actor" />
      </div>
      <Columns
        aside={
          entry === undefined ? undefined : entry.ok ? (
            <LedgerEntry entry={entry.value} />
          ) : (
            <ProblemPanel problem={entry.error} title="The entry cannot be shown" />
          )
        }
      >
        {verified !== undefined && <Verified result={verified} />}
        {page.ok ? (
          <Panel title="Entries" flush>
            <LedgerTable
              lines={page.value.lines}
              selected={chosen === undefined ? undefined : Number(chosen)}
              hrefOf={(seq) => address({ entry: String(seq) })}
            />
            {page.value.next !== undefined && (
              <p className="p-3">
                <AppLink href={address({ before: String(page.value.next) })}>Show older entries</AppLink>
              </p>
            )}
          </Panel>
        ) : (
          <ProblemPanel problem={page.error} title="The ledger cannot be read now" />
        )}
      </Columns>
    </>
  )
}

/** What is filtered for, from the first entry on. */
function exported(filter: Readonly<Record<string, string>>): string {
  const asked = new URLSearchParams(filter)
  asked.delete('before')
  return `/api/ledger/export?${asked}`
}

function Verified({ result }: { readonly result: Awaited<ReturnType<typeof show<{ entries: number; problem: string | undefined }>>> }) {
  if (!result.ok) return <ProblemPanel problem={result.error} title="The ledger could not be verified" />
  const { entries, problem } = result.value
  return problem === undefined ? (
    <Note tone="ok" title={`All ${entries} entries hold`}>
      No gap in the sequence, and each entry has the hash that was stored with it.
    </Note>
  ) : (
    <Note tone="danger" title={problem}>
      Entries up to {entries} hold. Keep a copy of the database and tell the platform owner.
    </Note>
  )
}
