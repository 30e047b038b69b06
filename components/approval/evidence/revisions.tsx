'use client'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { usePathname, useSearchParams } from 'next/navigation'
import { DiffView } from '#components/ui/diff-view.tsx'
import { FieldChanges } from '#components/ui/field-changes.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { exactWords } from '#components/ui/time-words.ts'
import { Visible } from '#components/ui/visible.tsx'
import type { RevisionLine } from '#lib/approval/evidence.ts'
import type { FileView } from '#lib/approval/view.ts'
import type { Problem } from '#lib/error.ts'
import type { Result } from '#lib/result.ts'

type Comparison = {
  readonly parts: readonly string[]
  readonly fields: readonly { readonly path: string; readonly from: string | undefined; readonly to: string | undefined }[]
  readonly files: readonly FileView[]
}
export type Compare = (input: { readonly id: string; readonly from: number; readonly to: number }) => Promise<Result<Comparison, Problem>>

type Props = { readonly id: string; readonly revisions: readonly RevisionLine[]; readonly compare: Compare }

/** What the request meant at different times: choose any two, the address keeps the choice. */
export function Revisions({ id, revisions, compare }: Props) {
  const path = usePathname()
  const search = useSearchParams()
  const last = revisions.at(-1)?.number ?? 1
  const to = chosen(search.get('revision'), revisions) ?? last
  const from = chosen(search.get('against'), revisions) ?? Math.max(1, to - 1)
  const { data, error } = useQuery({
    queryKey: ['approval.revisions', id, from, to],
    queryFn: () => compare({ id, from, to }),
    enabled: from !== to,
    placeholderData: keepPreviousData,
  })
  if (revisions.length < 2) return null
  const choose = (key: 'revision' | 'against', value: string): void => {
    const query = new URLSearchParams(search)
    query.set(key, value)
    window.history.replaceState(null, '', `${path}?${query}${window.location.hash}`)
  }
  const options = revisions.map(({ number, at }) => ({ value: String(number), label: `${number}, ${exactWords(Date.parse(at))}` }))
  const cause = revisions.find((revision) => revision.number === to)?.cause
  return (
    <Panel title="Versions" about={`${revisions.length} meanings so far`}>
      <div className="flex flex-col gap-3">
        <div className="flex flex-wrap gap-3">
          <SelectField label="Compare" name="against" value={String(from)} onText={(value) => choose('against', value)} options={options} />
          <SelectField label="with" name="revision" value={String(to)} onText={(value) => choose('revision', value)} options={options} />
        </div>
        {cause !== undefined && (
          <p className="text-muted">
            Version {to}: <Visible text={cause} />
          </p>
        )}
        {from === to && <p className="text-muted">Choose two different versions.</p>}
        {error !== null && <ProblemPanel problem={LOST} title="The versions cannot be compared now" />}
        {data?.ok === false && <ProblemPanel problem={data.error} title="The versions cannot be compared now" />}
        {from !== to && data?.ok === true && <Changed comparison={data.value} />}
      </div>
    </Panel>
  )
}

const LOST: Problem = { code: 'unavailable', message: 'The portal did not answer. Choose again.', ref: 'browser', fields: [] }

const chosen = (text: string | null, revisions: readonly RevisionLine[]): number | undefined =>
  revisions.find((revision) => String(revision.number) === text)?.number

function Changed({ comparison: { parts, fields, files } }: { readonly comparison: Comparison }) {
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <p className="[overflow-wrap:anywhere]">
        {parts.length === 0 ? 'They mean the same.' : 'Changed: '}
        <Visible text={parts.join(', ')} />
      </p>
      {fields.length > 0 && <FieldChanges rows={fields} />}
      {files.map((file) => (
        <DiffView key={file.path} path={file.path} before={file.before} after={file.after} change={file.change} />
      ))}
    </div>
  )
}
