import type { ReactNode } from 'react'
import { CHANGE_WORDS } from '#components/history/look.ts'
import { AppLink } from '#components/ui/app-link.tsx'
import { Digest } from '#components/ui/digest.tsx'
import { FieldChanges } from '#components/ui/field-changes.tsx'
import { Restricted } from '#components/ui/restricted.tsx'
import { StepKeys } from '#components/ui/step-keys.tsx'
import { Tag } from '#components/ui/tag.tsx'
import { Time } from '#components/ui/time.tsx'
import { Timeline } from '#components/ui/timeline.tsx'
import { UntrustedText } from '#components/ui/untrusted-text.tsx'
import { visibleText } from '#components/ui/visible-text.ts'
import { isRestricted, type Shown } from '#lib/access/level.ts'
import type { HistoryEntry, HistoryPage } from '#lib/history/event.ts'
import { routes } from '#lib/routes.ts'

type Props = { readonly label: string; readonly entries: readonly HistoryEntry[]; readonly withSubject?: boolean }

/** One line per event: what, who, when; its reason below in full, because that is what the page is for (ui.md 5.7). */
export function HistoryTimeline({ label, entries, withSubject = false }: Props) {
  return (
    <>
      <StepKeys />
      <Timeline
        label={label}
        items={entries.map((entry) => ({
          id: entry.id,
          tone: entry.tone,
          at: entry.at,
          title: <Title entry={entry} withSubject={withSubject} />,
          body: <Body entry={entry} />,
          meta: <Meta entry={entry} />,
        }))}
      />
    </>
  )
}

function Title({ entry, withSubject }: { readonly entry: HistoryEntry; readonly withSubject: boolean }) {
  return (
    <>
      {isRestricted(entry.what) ? CHANGE_WORDS[entry.changeType] : <UntrustedText inline text={entry.what} />}
      {withSubject && entry.subjects.length > 0 && (
        <span>
          {' · '}
          {entry.subjects.map(({ text, ref }, index) => (
            <span key={text}>
              {index > 0 && ', '}
              {ref === undefined ? (
                <UntrustedText inline text={text} />
              ) : (
                <AppLink href={routes.object(ref)} className="font-mono text-code">
                  {visibleText(text)}
                </AppLink>
              )}
            </span>
          ))}
        </span>
      )}
    </>
  )
}

/** The reason first, since it is what somebody comes for; then the fields that changed. */
function Body({ entry }: { readonly entry: HistoryEntry }) {
  return (
    <>
      {entry.why !== undefined && (
        <div className="max-w-[72ch] whitespace-pre-line">
          <ShownText value={entry.why} what="Reason" />
        </div>
      )}
      {isRestricted(entry.fields)
        ? null
        : entry.fields.length > 0 && (
            <div className="pt-1">
              <FieldChanges rows={entry.fields.slice(0, FIELDS_MAX)} />
              {entry.fields.length > FIELDS_MAX && <p>and {entry.fields.length - FIELDS_MAX} more fields</p>}
            </div>
          )}
    </>
  )
}

const FIELDS_MAX = 12

function Meta({ entry }: { readonly entry: HistoryEntry }) {
  const parts: readonly ReactNode[] = [
    <Tag key="source">{entry.source}</Tag>,
    <span key="who">
      by <ShownText value={entry.who} what="Who" />
    </span>,
    entry.why === undefined && entry.source === 'Git' && <span key="why">reason not recorded</span>,
    typeof entry.commit === 'string' && (
      <span key="commit">
        commit <Digest value={entry.commit} />
      </span>
    ),
    typeof entry.audit === 'string' && <span key="audit">audit number {entry.audit}</span>,
    entry.ledgerSeq !== undefined && (
      <AppLink key="ledger" href={routes.ledgerEntry(entry.ledgerSeq)}>
        Ledger {entry.ledgerSeq}
      </AppLink>
    ),
    entry.request !== undefined && (
      <AppLink key="request" href={routes.approval(entry.request)}>
        Request
      </AppLink>
    ),
    entry.derived !== undefined && <span key="derived">{entry.derived}</span>,
  ]
  return <span className="flex flex-wrap items-center gap-x-3">{parts}</span>
}

function ShownText({ value, what }: { readonly value: Shown<string>; readonly what: string }) {
  if (!isRestricted(value)) return <UntrustedText inline text={value} />
  return (
    <>
      <span className="sr-only">{what}: </span>
      <Restricted level={value.requiredLevel} />
    </>
  )
}

/** What did not answer, and that Guardian's table is not complete: an absence here proves nothing (guardian.md 4.2). */
export function HistoryGaps({ problems, levelProblem, coverage }: Pick<HistoryPage, 'problems' | 'levelProblem' | 'coverage'>) {
  return (
    <ul className="mt-2 text-muted">
      {problems.map(({ source, problem }) => (
        <li key={source} className="text-caution">
          {source}: {visibleText(problem)} Its entries are missing here.
        </li>
      ))}
      {levelProblem !== undefined && <li className="text-caution">{visibleText(levelProblem)} More is restricted here than usual.</li>}
      {coverage?.state === 'unrecorded' && <li>The recorder has no record of this kind: what changed in the cluster is not known.</li>}
      {coverage?.state === 'recorded' && (
        <li>
          Recorded since <Time at={coverage.since} exact />, last vouched for <Time at={coverage.until} exact />. Where nobody watched, an
          entry says between when.
        </li>
      )}
      <li>Guardian drops events before its database is ready, and the cluster keeps only the last change of each condition.</li>
    </ul>
  )
}
