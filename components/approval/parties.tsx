import { FINDING_LOOK } from '#components/approval/look.ts'
import { nameList } from '#components/approval/permit-words.ts'
import { Code } from '#components/ui/code.tsx'
import { Facts } from '#components/ui/facts.tsx'
import { Note } from '#components/ui/note.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { Visible } from '#components/ui/visible.tsx'
import type { FindingView, PartyView } from '#lib/approval/view.ts'

/** Both participants side by side, each with its policy, its boundary and the verdict per rule. */
export function Parties({ parties }: { readonly parties: readonly PartyView[] }) {
  return (
    <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-4 md:grid-cols-[repeat(2,minmax(0,1fr))]">
      {parties.map((party) => (
        <Party key={`${party.role} ${party.identity}`} party={party} />
      ))}
    </div>
  )
}

function Party({ party }: { readonly party: PartyView }) {
  const { role, identity, domain, domainProblem, policyName, policy, boundary, findings, approvers, quorum } = party
  return (
    <Panel title={role} about={<Code>{identity}</Code>} actions={<Compatibility compatible={party.compatible} />}>
      <div className="flex flex-col gap-3">
        {domainProblem !== undefined && (
          <Note tone="unknown" title="No party, so nobody can approve">
            <p>
              <Visible text={domainProblem} />
            </p>
          </Note>
        )}
        <Facts
          rows={[
            { label: 'Domain', value: domain === undefined ? 'none' : <Code>{domain}</Code> },
            { label: 'May approve', value: approvers.length === 0 ? 'nobody' : nameList(approvers) },
            { label: 'Votes', value: quorum === undefined ? 'not known' : `${quorum.given} of ${quorum.needed}` },
          ]}
        />
        <Findings findings={findings} />
        <Values title="DomainPolicy" name={policyName} rows={policy} />
        <Values title="DomainBoundary" name={undefined} rows={boundary} />
      </div>
    </Panel>
  )
}

function Compatibility({ compatible }: { readonly compatible: boolean | undefined }) {
  if (compatible === undefined) return <StatusMark tone="unknown">Not evaluated</StatusMark>
  return compatible ? <StatusMark tone="ok">Compatible</StatusMark> : <StatusMark tone="danger">Not compatible</StatusMark>
}

function Findings({ findings }: { readonly findings: readonly FindingView[] }) {
  if (findings.length === 0) return <p className="text-muted">No rule found anything.</p>
  return (
    <ul aria-label="Verdict per rule" className="flex flex-col gap-1">
      {findings.map(({ rule, severity, message }) => (
        <li key={`${rule} ${message}`} className="grid grid-cols-[6.5rem_minmax(0,1fr)] gap-2">
          <StatusMark tone={FINDING_LOOK[severity].tone}>{FINDING_LOOK[severity].word}</StatusMark>
          <span className="[overflow-wrap:anywhere]">
            <Code>{rule}</Code> <Visible text={message} />
          </span>
        </li>
      ))}
    </ul>
  )
}

type ValueRows = readonly { readonly field: string; readonly value: string }[]

function Values({ title, name, rows }: { readonly title: string; readonly name: string | undefined; readonly rows: ValueRows }) {
  if (rows.length === 0) return null
  return (
    <div className="border-t border-line pt-2">
      <h3 className="mb-1">
        {title} {name !== undefined && <Code>{name}</Code>}
      </h3>
      <Facts rows={rows.map(({ field, value }) => ({ label: field, value: <Visible text={value} />, mono: true }))} />
    </div>
  )
}
