import { SIGNATURE_LOOK } from '#components/delivery/look.ts'
import { Code } from '#components/ui/code.tsx'
import { Digest } from '#components/ui/digest.tsx'
import { Facts } from '#components/ui/facts.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import { UntrustedText } from '#components/ui/untrusted-text.tsx'
import type { CommitView } from '#lib/delivery/view.ts'

/** A commit as Git holds it: who, when, signature, and the trailers by which it names its decision. */
export function CommitPanel({ title, commit }: { readonly title: string; readonly commit: CommitView }) {
  const signature = SIGNATURE_LOOK[commit.signature]
  return (
    <Panel title={title}>
      <Facts
        rows={[
          { label: 'Commit', value: <Digest value={commit.commit} />, mono: true },
          { label: 'Subject', value: <UntrustedText inline text={commit.subject} /> },
          { label: 'Author', value: <UntrustedText inline text={commit.author} /> },
          { label: 'Time', value: <Time at={commit.at} exact /> },
          { label: 'Signature', value: <StatusMark tone={signature.tone}>{signature.word}</StatusMark> },
          ...[...Map.groupBy(commit.trailers, ({ key }) => key)].map(([key, values]) => ({
            label: key,
            value: <Code>{values.map(({ value }) => value).join(', ')}</Code>,
          })),
        ]}
      />
    </Panel>
  )
}
