import type { ComponentProps } from 'react'
import { AppLink } from '#components/ui/app-link.tsx'
import { ButtonLink } from '#components/ui/button-link.tsx'
import { Button } from '#components/ui/button.tsx'
import { Code } from '#components/ui/code.tsx'
import { Columns } from '#components/ui/columns.tsx'
import { DataTable } from '#components/ui/data-table.tsx'
import { DiffView } from '#components/ui/diff-view.tsx'
import { Digest } from '#components/ui/digest.tsx'
import { Empty } from '#components/ui/empty.tsx'
import { Facts } from '#components/ui/facts.tsx'
import { FieldChanges } from '#components/ui/field-changes.tsx'
import { KeyCaps } from '#components/ui/key-caps.tsx'
import { Note } from '#components/ui/note.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { ShownValue } from '#components/ui/shown-value.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { SourceAges } from '#components/ui/source-ages.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { Steps } from '#components/ui/steps.tsx'
import { Tabs } from '#components/ui/tabs.tsx'
import { Tag } from '#components/ui/tag.tsx'
import { Time } from '#components/ui/time.tsx'
import { Timeline } from '#components/ui/timeline.tsx'
import { UntrustedText } from '#components/ui/untrusted-text.tsx'
import { routes } from '#lib/routes.ts'
import type { Tone } from '#lib/status.ts'
import { request } from './fixtures.ts'
import { SpecimenFields } from './specimen-fields.tsx'

const TONES: readonly Tone[] = ['ok', 'waiting', 'working', 'caution', 'danger', 'off', 'restricted', 'unknown']
const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString()
const PARTS = ['queue', 'empty', 'request', 'sealed', 'refused', 'voted', 'changed', 'withdrawn']

const ages = (): ComponentProps<typeof SourceAges>['ages'] => [
  { source: 'Kubernetes', state: 'fresh', at: Date.now() - 4_000, problem: undefined },
  { source: 'Guardian', state: 'down', at: Date.now() - 61_000, problem: 'deadline of 2 s passed' },
  { source: 'DSNS', state: 'stale', at: Date.now() - 360_000, problem: 'transfer refused' },
  { source: 'Audit', state: 'off', at: undefined, problem: undefined },
]

/** Every primitive in every state. */
export function Primitives() {
  return (
    <>
      <SourceAges ages={ages()} />
      <PageHead
        title="Specimen"
        about="every component in every state"
        actions={PARTS.map((part) => (
          <AppLink key={part} href={`${routes.specimen()}?part=${part}`}>
            {part}
          </AppLink>
        ))}
      />
      <Columns aside={<Aside />}>
        <Panel title="Rows" about="8 tones" flush>
          <DataTable
            label="Tones"
            primary="name"
            columns={[
              { key: 'state', title: 'State', width: '9rem' },
              { key: 'name', title: 'Subject', mono: true },
              { key: 'risk', title: 'Risk' },
              { key: 'age', title: 'Age', align: 'end' },
            ]}
            rows={TONES.map((tone, index) => ({
              id: tone,
              href: routes.topologyAt(tone),
              quiet: tone === 'ok' || tone === 'off',
              selected: index === 1,
              cells: {
                state: <StatusMark tone={tone}>{tone}</StatusMark>,
                name: `pgw-production-${index}`,
                risk: index % 2 ? 'High' : 'Low',
                age: <Time at={ago(index * 131)} />,
              },
            }))}
          />
        </Panel>
        <Panel title="What changes" about="2 fields" flush>
          <div className="border-b border-line p-3">
            <FieldChanges
              rows={[
                { path: 'spec.paymentRails.RTGS.status', from: 'active', to: 'suspended' },
                { path: 'spec.reviewAfter', from: undefined, to: '2026-04-14' },
              ]}
            />
          </div>
          {request.files.map((file) => (
            <DiffView key={file.path} path={file.path} change={file.change} before={file.before} after={file.after} />
          ))}
        </Panel>
        <div className="grid gap-4 md:grid-cols-2">
          <Panel title="Nothing yet">
            <Empty title="Nothing waits for you." href={routes.history()} action="See what was decided">
              New requests appear here by themselves.
            </Empty>
          </Panel>
          <Skeleton rows={4} label="Requests" />
          <ProblemPanel
            title="Guardian did not answer"
            problem={{
              code: 'unavailable',
              message: 'Votes are closed until it does: no answer is never a yes.',
              ref: '7f3b2c',
              fields: [],
            }}
          />
          <ProblemPanel
            problem={{ code: 'forbidden', message: 'You may not read this. Ask trading-architect.', ref: '7f3b2d', fields: [] }}
          />
          <Note tone="caution" title="This is stale">
            <p>The zone is 6 minutes old.</p>
          </Note>
          <Note tone="restricted" title="One entry in trading">
            <p>It needs Full. Ask trading-architect.</p>
          </Note>
        </div>
        <Panel title="Words of others">
          <UntrustedText from="priya.nair" text={'Please <b>approve</b>\u202e now\u200b, from р\u0430yments and paymеnts.'} />
        </Panel>
      </Columns>
    </>
  )
}

function Aside() {
  return (
    <>
      <Panel title="Controls" about={<Digest value="sha256:a91c04e27f6b0d35" />}>
        <SpecimenFields />
      </Panel>
      <Panel title="Buttons">
        <div className="flex flex-wrap gap-2">
          <Button kind="primary" keys="Mod Enter">
            Approve
          </Button>
          <Button>Plain</Button>
          <Button kind="danger">Deny</Button>
          <Button kind="quiet">Quiet</Button>
          <Button pending>Sending</Button>
          <ButtonLink href={routes.newProfile()}>New profile</ButtonLink>
          <Button kind="primary" blocked="You cannot, because you requested it. These people can: maria.santos.">
            Approve
          </Button>
        </div>
      </Panel>
      <Panel title="Marks">
        <div className="flex flex-wrap gap-1.5">
          {TONES.map((tone) => (
            <StatusMark key={tone} soft tone={tone}>
              {tone}
            </StatusMark>
          ))}
          <Tag>SnapshotBinding</Tag>
          <KeyCaps keys="g a" />
        </div>
      </Panel>
      <Panel title="Facts">
        <Facts
          rows={[
            { label: 'Cluster', value: <Code>ccs-mgmt</Code> },
            { label: 'Restricted', value: <ShownValue value={{ restricted: true, requiredLevel: 'Full' }} /> },
            { label: 'Absent', value: <ShownValue value={undefined} /> },
            { label: 'Late', value: <Time at={ago(90)} due /> },
          ]}
        />
      </Panel>
      <Panel title="Timeline">
        <Timeline
          label="Specimen of history"
          items={[
            { id: 'a', tone: 'ok', title: 'lena.fischer approved', at: ago(5), body: 'It reads a snapshot once a day.' },
            { id: 'b', tone: 'caution', title: 'pgw-production diverged', at: ago(90) },
            { id: 'c', tone: 'restricted', title: '1 entry in trading', at: ago(9_000) },
          ]}
        />
      </Panel>
      <Panel title="Steps">
        <Steps
          items={[
            { name: 'Decided', tone: 'ok', state: 'done', at: ago(5), text: '' },
            { name: 'Merged', tone: 'waiting', state: 'waiting', at: undefined, text: 'Waits for james.okafor.' },
            { name: 'Applied', tone: 'danger', state: 'failed', at: undefined, text: 'Refused: evaluation changed.' },
          ]}
        />
      </Panel>
      <Panel title="Tabs">
        <Tabs
          label="Specimen"
          items={[
            { href: routes.specimen(), label: 'Your turn', count: 3, current: true },
            { href: `${routes.specimen()}?part=queue`, label: 'Decided', count: 12, current: false },
          ]}
        />
      </Panel>
    </>
  )
}
