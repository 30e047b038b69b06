import type { Metadata } from 'next'
import { Faults } from '#components/policy/faults.tsx'
import { PolicyForm } from '#components/policy/policy-form.tsx'
import { AppLink } from '#components/ui/app-link.tsx'
import { Digest } from '#components/ui/digest.tsx'
import { Note } from '#components/ui/note.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { routes } from '#lib/routes.ts'
import { show } from '#server/edge/show.ts'
import { getPolicy } from '#server/policy/get.ts'
import { checkAction, proposeAction } from './actions.ts'

export const metadata: Metadata = { title: 'Policy' }

export default async function PolicyPage() {
  const result = await show(getPolicy, {})
  if (!result.ok)
    return (
      <>
        <PageHead title="Policy" />
        <ProblemPanel problem={result.error} title="The policy file cannot be read now" />
      </>
    )
  const { text, commit, digest, problem, faults, open } = result.value
  return (
    <>
      <PageHead
        title="Policy"
        about={
          <span className="inline-flex flex-wrap items-center gap-x-2">
            Who decides what. In force
            {digest !== undefined && <Digest value={digest} />}
            {commit !== undefined && (
              <>
                at commit <Digest value={commit} />
              </>
            )}
          </span>
        }
      />
      <div className="flex flex-col gap-4">
        {problem !== undefined && (
          <Note tone="danger" title="Deciding is closed">
            <p>{problem}</p>
          </Note>
        )}
        {open !== undefined && (
          <Note tone="waiting" title="A change is being decided">
            <AppLink href={routes.approval(open.id)}>Open its request</AppLink>
          </Note>
        )}
        <Panel title="What cannot be met" about={faults.length === 0 ? 'nothing' : `${faults.length}`}>
          {faults.length === 0 ? (
            <p className="text-muted">Every quorum, role and list names enough people, and no delegation has ended.</p>
          ) : (
            <Faults faults={faults} />
          )}
        </Panel>
        <PolicyForm
          key={digest}
          text={text}
          {...(open !== undefined && { closed: 'A change is being decided already.' })}
          actions={{ check: checkAction, propose: proposeAction }}
        />
      </div>
    </>
  )
}
