'use client'
import type { ReactNode } from 'react'
import { Facts } from '#components/ui/facts.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { UntrustedText } from '#components/ui/untrusted-text.tsx'
import type { Impact } from '#lib/profile/view.ts'

const CHANGE = { added: 'new', modified: 'changes', same: 'unchanged', unknown: 'not known' } satisfies Record<
  Impact['files'][number]['change'],
  string
>

/** Who will have to approve it, and which files it would change; above the button that sends it. */
export function ImpactPanel({ impact, children }: { readonly impact: Impact | undefined; readonly children: ReactNode }) {
  return (
    <Panel title="Who will have to approve">
      {impact === undefined ? (
        <p className="mb-2 text-muted">Known once there is a text.</p>
      ) : (
        <>
          <Facts
            rows={[
              {
                label: 'Domain',
                value: impact.domain === undefined ? (impact.domainProblem ?? 'None') : <UntrustedText inline text={impact.domain} />,
              },
              {
                label: 'Needed',
                value: impact.approvers.length === 0 ? 'Nobody can approve it.' : `${impact.quorum} of ${impact.approvers.join(', ')}`,
              },
              { label: 'Delivery', value: 'A signed commit on a branch of the GitOps repository; people merge it.' },
            ]}
          />
          <details className="my-2">
            <summary>
              {impact.files.filter((file) => file.change !== 'same').length} files of {impact.files.length} change
            </summary>
            <ul className="mt-1">
              {impact.files.map((file) => (
                <li key={file.path} className="[overflow-wrap:anywhere]">
                  <span className="text-muted">{CHANGE[file.change]}</span> <span className="font-mono text-code">{file.path}</span>
                </li>
              ))}
            </ul>
          </details>
        </>
      )}
      {children}
    </Panel>
  )
}
