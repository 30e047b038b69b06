'use client'
import { Panel } from '#components/ui/panel.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import type { ProfileProblem } from '#lib/profile/check-profile.ts'
import type { Position } from '#lib/profile/manifests.ts'

type Props = { readonly problems: readonly ProfileProblem[]; readonly state: string; readonly onJump: (to: Position) => void }

const SHOWN = 100

/** What to see to, in the order of the text. Each entry leads to its line. */
export function ProblemList({ problems, state, onJump }: Props) {
  const errors = problems.filter((problem) => problem.severity === 'error').length
  const hidden = problems.length - SHOWN
  return (
    <Panel title="Problems" about={state} flush {...(errors > 0 && { tone: 'danger' as const })}>
      {problems.length === 0 ? (
        <p className="px-3 py-2 text-muted">None. Schema, references, floors and ceilings, identity and phases are in order.</p>
      ) : (
        <ol aria-label="Problems">
          {problems.slice(0, SHOWN).map((problem, index) => (
            <li key={`${index} ${problem.rule}`} className="border-b border-line last:border-b-0">
              <button type="button" onClick={() => onJump(problem)} className="w-full px-3 py-1.5 text-start hover:bg-hover">
                <span className="flex flex-wrap items-center gap-x-2">
                  <StatusMark tone={problem.severity === 'error' ? 'danger' : 'caution'}>
                    {problem.severity === 'error' ? 'Error' : 'Warning'}
                  </StatusMark>
                  <span className="text-muted">
                    line {problem.line} · {problem.rule}
                  </span>
                </span>
                <span className="block [overflow-wrap:anywhere]">{problem.message}</span>
                {problem.path !== '' && (
                  <span className="block font-mono text-code text-muted [overflow-wrap:anywhere]">{problem.path}</span>
                )}
              </button>
            </li>
          ))}
          {hidden > 0 && <li className="px-3 py-1.5 text-muted">{hidden} more below these.</li>}
        </ol>
      )}
    </Panel>
  )
}
