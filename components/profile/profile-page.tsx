import { ChildPanel } from '#components/profile/child-panel.tsx'
import { Conditions } from '#components/profile/conditions.tsx'
import { phaseWords, READINESS_TONE, READINESS_WORD } from '#components/profile/look.ts'
import { AppLink } from '#components/ui/app-link.tsx'
import { Code } from '#components/ui/code.tsx'
import { Columns } from '#components/ui/columns.tsx'
import { Facts } from '#components/ui/facts.tsx'
import { LiveRefresh } from '#components/ui/live.tsx'
import { Note } from '#components/ui/note.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { ShownValue } from '#components/ui/shown-value.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { UntrustedText } from '#components/ui/untrusted-text.tsx'
import type { ProfileView } from '#lib/profile/view.ts'
import { routes } from '#lib/routes.ts'

/** One AppProfile: its phases, its children with their conditions, and what the rules say about them now. */
export function ProfilePage({ profile }: { readonly profile: ProfileView }) {
  const phase = profile.reportedPhase ?? profile.computedPhase
  const differs = profile.reportedPhase !== undefined && profile.reportedPhase !== profile.computedPhase
  return (
    <>
      <LiveRefresh topics={['profiles']} />
      <PageHead
        title={
          <span className="font-mono">
            <UntrustedText inline text={profile.ref.name} />
          </span>
        }
        about={<StatusMark tone={READINESS_TONE[profile.readiness]}>{READINESS_WORD[profile.readiness]}</StatusMark>}
      />
      <Columns aside={<Aside profile={profile} />}>
        {differs && (
          <Note tone="caution" title={`Its status says ${profile.reportedPhase ?? ''}, its children give ${profile.computedPhase}.`}>
            The status may be older than its children.
          </Note>
        )}
        <Panel title="Phases" about={`Now in ${phaseWords(phase)}`} flush>
          <Phases profile={profile} current={phase} />
        </Panel>
        <h2 className="sr-only">Children</h2>
        {profile.children.map((child) => (
          <ChildPanel key={`${child.kind}/${child.name}`} child={child} />
        ))}
      </Columns>
    </>
  )
}

function Phases({ profile, current }: { readonly profile: ProfileView; readonly current: string }) {
  return (
    <ol>
      {profile.phases.map((phase, index) => (
        <li
          key={phase.name}
          aria-current={phase.name === current && !phase.done ? 'step' : undefined}
          className="grid grid-cols-[1.5rem_minmax(0,1fr)] gap-x-2 border-b border-line px-3 py-1.5 last:border-b-0 md:grid-cols-[1.5rem_14rem_8rem_minmax(0,1fr)]"
        >
          <span className="text-muted">{index + 1}</span>
          <span className={phase.name === current && !phase.done ? 'font-medium' : ''}>{phaseWords(phase.name)}</span>
          <span className="col-start-2 md:col-start-auto">
            <StatusMark tone={phase.done ? 'ok' : phase.name === current ? 'working' : 'off'}>
              {phase.reason === 'NoBehaviorKind' ? 'Nothing open' : phase.done ? 'Complete' : phase.name === current ? 'Open' : 'Later'}
            </StatusMark>
          </span>
          <span className="col-start-2 min-w-0 text-muted md:col-start-auto">
            <ShownValue value={phase.message} />
          </span>
        </li>
      ))}
    </ol>
  )
}

function Aside({ profile }: { readonly profile: ProfileView }) {
  return (
    <>
      <Panel title="Profile" actions={<AppLink href={routes.object(profile.ref)}>History</AppLink>}>
        <Facts
          rows={[
            { label: 'Namespace', value: <Code>{profile.ref.namespace}</Code> },
            { label: 'Cluster', value: <Code>{profile.ref.cluster}</Code> },
            { label: 'Identity', value: profile.identity === '' ? 'None' : <Code>{profile.identity}</Code> },
            { label: 'Domain', value: profile.domain === undefined ? (profile.domainProblem ?? 'None') : <Code>{profile.domain}</Code> },
            ...(profile.spiffeId === undefined
              ? []
              : [{ label: 'SPIFFE id', value: <ShownValue value={profile.spiffeId} />, mono: typeof profile.spiffeId === 'string' }]),
            { label: 'Your level', value: `${profile.level}. ${profile.levelRule}` },
          ]}
        />
      </Panel>
      <Panel title="Conditions" flush>
        <Conditions rows={profile.conditions} />
      </Panel>
      <Panel title="Manifest">
        {typeof profile.yaml === 'string' ? (
          <details>
            <summary>Show as YAML</summary>
            <pre className="mt-2 overflow-x-auto font-mono text-code">{profile.yaml}</pre>
          </details>
        ) : (
          <ShownValue value={profile.yaml} />
        )}
      </Panel>
    </>
  )
}
