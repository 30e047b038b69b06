import { ScrollText } from '#components/history/scroll-text.tsx'
import { AppLink } from '#components/ui/app-link.tsx'
import { Code } from '#components/ui/code.tsx'
import { DataTable } from '#components/ui/data-table.tsx'
import { Digest } from '#components/ui/digest.tsx'
import { Empty } from '#components/ui/empty.tsx'
import { Facts } from '#components/ui/facts.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { ShownValue } from '#components/ui/shown-value.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import { UntrustedText } from '#components/ui/untrusted-text.tsx'
import { actionWords } from '#lib/history/ledger-words.ts'
import type { LedgerLine } from '#lib/ledger/entry.ts'
import { routes } from '#lib/routes.ts'

type TableProps = { readonly lines: readonly LedgerLine[]; readonly selected: number | undefined; readonly hrefOf: (seq: number) => string }

/** The ledger's entries, newest first. */
export function LedgerTable({ lines, selected, hrefOf }: TableProps) {
  return (
    <DataTable
      label="Ledger"
      primary="seq"
      columns={[
        { key: 'seq', title: 'Entry', mono: true, width: '5rem' },
        { key: 'what', title: 'What', width: '16rem' },
        { key: 'actor', title: 'Who', width: '9rem' },
        { key: 'subject', title: 'Subject', mono: true },
        { key: 'at', title: 'When', align: 'end', width: '12rem' },
      ]}
      empty={<Empty title="No entry matches.">The ledger records every vote, decision, refusal and delivery.</Empty>}
      rows={lines.map((line) => {
        const { words, tone } = actionWords(line.action)
        return {
          id: String(line.seq),
          href: hrefOf(line.seq),
          selected: line.seq === selected,
          cells: {
            seq: line.seq,
            what: <StatusMark tone={tone}>{words}</StatusMark>,
            actor: <UntrustedText inline text={line.actor} />,
            subject: <UntrustedText inline text={line.subject.split('/').at(-1) ?? line.subject} />,
            at: <Time at={line.at} exact />,
          },
        }
      })}
    />
  )
}

type EntryProps = { readonly entry: LedgerLine & { readonly canonical: string | undefined } }

/** One entry with the bytes that were hashed, so that anybody can hash them again. */
export function LedgerEntry({ entry }: EntryProps) {
  return (
    <Panel title={`Entry ${entry.seq}`} id="entry">
      <Facts
        rows={[
          { label: 'Action', value: <Code>{entry.action}</Code> },
          { label: 'Who', value: <UntrustedText inline text={entry.actor} /> },
          { label: 'When', value: <Time at={entry.at} exact /> },
          { label: 'Subject', value: <Code>{entry.subject}</Code> },
          ...(entry.requestId === undefined
            ? []
            : [{ label: 'Request', value: <AppLink href={routes.approval(entry.requestId)}>Open the request</AppLink> }]),
          { label: 'Leaf hash', value: <Digest value={entry.leafHash} />, mono: true },
          ...entry.body.map(({ field, value }) => ({ label: field, value: <ShownValue value={value} /> })),
        ]}
      />
      <h3 className="pt-3 font-medium">Bytes as hashed</h3>
      {entry.canonical === undefined ? (
        <p className="text-muted">The bytes hold a reason that you may not read, so they are not shown.</p>
      ) : (
        <>
          <p className="text-muted">SHA-256 of a zero byte and these bytes is the leaf hash (RFC 9162).</p>
          <ScrollText label="Canonical bytes" text={entry.canonical} />
        </>
      )}
    </Panel>
  )
}
