import type { ReactNode } from 'react'
import { CommitPanel } from '#components/delivery/commit-panel.tsx'
import { OUTCOME_LOOK, standingLook } from '#components/delivery/look.ts'
import { STEP_LOOK } from '#lib/approval/look.ts'
import { MergeButton } from '#components/delivery/merge-button.tsx'
import { AppLink } from '#components/ui/app-link.tsx'
import { Code } from '#components/ui/code.tsx'
import { Columns } from '#components/ui/columns.tsx'
import { DiffView } from '#components/ui/diff-view.tsx'
import { Digest } from '#components/ui/digest.tsx'
import { Facts } from '#components/ui/facts.tsx'
import { FieldChanges } from '#components/ui/field-changes.tsx'
import { Note } from '#components/ui/note.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { Steps } from '#components/ui/steps.tsx'
import { UntrustedText } from '#components/ui/untrusted-text.tsx'
import { visibleText } from '#components/ui/visible-text.ts'
import type { DeliveryDetail } from '#lib/delivery/view.ts'
import type { Problem } from '#lib/error.ts'
import type { Result } from '#lib/result.ts'
import { routes } from '#lib/routes.ts'

type Props = {
  readonly detail: DeliveryDetail
  readonly merge: (input: unknown) => Promise<Result<unknown, Problem>>
  /** How it stands to undoing; below the decision. */
  readonly undo?: ReactNode
}

/** One change request on its way: steps first, then the commits and the exact files. */
export function DeliveryPage({ detail, merge, undo }: Props) {
  const { delivery, may } = detail
  const now = standingLook(delivery.steps)
  const problem = delivery.problem ?? detail.gitProblem
  const merged = delivery.mergeCommit !== undefined
  return (
    <>
      <PageHead
        title={<UntrustedText inline text={delivery.name} />}
        about={<UntrustedText inline text={detail.sentence} />}
        actions={<AppLink href={routes.approval(delivery.requestId)}>Open the request</AppLink>}
      />
      <Columns aside={<Aside detail={detail} merge={merge} undo={undo} />}>
        {problem !== undefined && <Note tone="danger" title={visibleText(problem)} />}
        <Panel title="Steps" about={<StatusMark tone={now.tone}>{now.word}</StatusMark>}>
          <Steps
            items={delivery.steps.map(({ step, state, at, text }) => ({
              name: step,
              tone: STEP_LOOK[state].tone,
              state: STEP_LOOK[state].word,
              at,
              text: visibleText(text),
            }))}
          />
        </Panel>
        <Files detail={detail} />
        {detail.proposal && <CommitPanel title="Proposal" commit={detail.proposal} />}
        {detail.merge && detail.merge.commit !== detail.proposal?.commit && <CommitPanel title="Merge" commit={detail.merge} />}
        {!merged && !may.allowed && delivery.commit === undefined && (
          <p className="text-muted">The commit appears when the repository has the branch.</p>
        )}
      </Columns>
    </>
  )
}

function Aside({ detail, merge, undo }: Props) {
  const { delivery } = detail
  const outcome = OUTCOME_LOOK[delivery.outcome]
  return (
    <>
      {delivery.mergeCommit === undefined && (
        <Panel title="Merge">
          <MergeButton id={delivery.requestId} commit={delivery.commit} may={detail.may} merge={merge} />
        </Panel>
      )}
      <Panel title="Decision">
        <Facts
          rows={[
            { label: 'Outcome', value: <StatusMark tone={outcome.tone}>{outcome.word}</StatusMark> },
            { label: 'Decided by', value: detail.deciders.join(', ') },
            { label: 'Digest seen', value: <Digest value={detail.digest} />, mono: true },
            { label: 'Digest sealed', value: <Digest value={detail.sealedDigest} />, mono: true },
            { label: 'Ledger', value: <AppLink href={routes.ledgerEntry(detail.ledgerSeq)}>Entry {detail.ledgerSeq}</AppLink> },
            { label: 'Branch', value: <Code>{delivery.branch}</Code> },
            { label: 'Repository', value: <Code>{detail.repository}</Code> },
            { label: 'Object', value: <AppLink href={routes.object(detail.ref)}>{visibleText(detail.ref.name)}</AppLink> },
          ]}
        />
      </Panel>
      {undo}
    </>
  )
}

function Files({ detail }: Pick<Props, 'detail'>) {
  const { files } = detail
  const changed = files.filter(({ fields }) => fields.length > 0)
  return (
    <Panel id="files" title="What is committed" about={files.length === 1 ? '1 file' : `${files.length} files`} flush>
      {changed.length > 0 && (
        <div className="flex flex-col gap-2 border-b border-line p-3">
          {changed.map((file) => (
            <FieldChanges key={file.path} rows={file.fields} />
          ))}
        </div>
      )}
      {files.map((file) => (
        <DiffView key={file.path} path={file.path} before={file.before} after={file.after} change={file.change} />
      ))}
    </Panel>
  )
}
