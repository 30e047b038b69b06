import { Conditions } from '#components/profile/conditions.tsx'
import { phaseWords, READINESS_TONE, READINESS_WORD } from '#components/profile/look.ts'
import { AppLink } from '#components/ui/app-link.tsx'
import { Code } from '#components/ui/code.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { ShownValue } from '#components/ui/shown-value.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { UntrustedText } from '#components/ui/untrusted-text.tsx'
import { isRestricted } from '#lib/access/level.ts'
import type { ChildView } from '#lib/profile/view.ts'
import { routes } from '#lib/routes.ts'

/** One child: its state, what the rules say against it now, its conditions and its manifest. */
export function ChildPanel({ child }: { readonly child: ChildView }) {
  return (
    <Panel
      title={child.kind}
      flush
      about={
        <span className="inline-flex flex-wrap items-center gap-x-3">
          {child.name === '' ? 'named by nobody' : <Code>{child.name}</Code>}
          <StatusMark tone={READINESS_TONE[child.readiness]}>{READINESS_WORD[child.readiness]}</StatusMark>
          <span>{phaseWords(child.phase)}</span>
        </span>
      }
      actions={child.ref && <AppLink href={routes.object(child.ref)}>History</AppLink>}
    >
      <Findings child={child} />
      {child.ref && <Conditions rows={child.conditions} />}
      {child.ref && (
        <div className="border-t border-line px-3 py-1.5">
          {typeof child.yaml === 'string' ? (
            <details>
              <summary>Manifest as YAML</summary>
              <pre className="mt-2 overflow-x-auto font-mono text-code">{child.yaml}</pre>
            </details>
          ) : (
            <span className="inline-flex flex-wrap gap-x-2 text-muted">
              Manifest and what the rules say: <ShownValue value={child.yaml} />
            </span>
          )}
        </div>
      )}
    </Panel>
  )
}

function Findings({ child }: { readonly child: ChildView }) {
  const { findings } = child
  if (isRestricted(findings)) return null
  if (child.readiness === 'missing') return <p className="px-3 py-1.5 text-muted">The profile never becomes Ready without it.</p>
  if (!('map' in findings) || findings.length === 0) return null
  return (
    <ul className="border-b border-line px-3 py-1.5">
      {findings.map((finding) => (
        <li key={`${finding.rule} ${finding.message}`} className="flex flex-wrap gap-x-2">
          <StatusMark tone={finding.severity === 'error' ? 'danger' : 'caution'}>{finding.rule}</StatusMark>
          <span className="min-w-0 [overflow-wrap:anywhere]">
            <UntrustedText inline text={finding.message} />
          </span>
        </li>
      ))}
    </ul>
  )
}
