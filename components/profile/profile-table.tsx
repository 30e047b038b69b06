import { phaseWords, READINESS_TONE, READINESS_WORD } from '#components/profile/look.ts'
import { DataTable } from '#components/ui/data-table.tsx'
import { Empty } from '#components/ui/empty.tsx'
import { StatusMark } from '#components/ui/status-mark.tsx'
import { UntrustedText } from '#components/ui/untrusted-text.tsx'
import type { ProfileRow } from '#lib/profile/view.ts'
import { routes } from '#lib/routes.ts'

const COLUMNS = [
  { key: 'name', title: 'Profile', mono: true },
  { key: 'readiness', title: 'State' },
  { key: 'phase', title: 'Phase' },
  { key: 'children', title: 'Children ready', align: 'end', from: 'md' },
  { key: 'namespace', title: 'Namespace', mono: true, from: 'md' },
  { key: 'domain', title: 'Domain', mono: true, from: 'lg' },
] as const

/** Every AppProfile with where it stands. */
export function ProfileTable({ rows, filtered }: { readonly rows: readonly ProfileRow[]; readonly filtered: string }) {
  return (
    <DataTable
      label="Profiles"
      columns={COLUMNS}
      primary="name"
      empty={
        filtered === '' ? (
          <Empty title="No application profile yet." href={routes.newProfile()} action="Write the first one">
            Profiles appear here when GitOps applies them.
          </Empty>
        ) : (
          <Empty title={`No profile matches ${filtered}.`} href={routes.profiles()} action="Clear the filter" />
        )
      }
      rows={rows.map((row) => ({
        id: `${row.namespace}/${row.name}`,
        href: routes.profile(row.namespace, row.name),
        quiet: row.readiness === 'ready',
        cells: {
          name: <UntrustedText inline text={row.name} />,
          readiness: <StatusMark tone={READINESS_TONE[row.readiness]}>{READINESS_WORD[row.readiness]}</StatusMark>,
          phase:
            row.phase === undefined ? `${phaseWords(row.computedPhase)} (computed)` : <UntrustedText inline text={phaseWords(row.phase)} />,
          children: `${row.children.ready} of ${row.children.total}`,
          namespace: <UntrustedText inline text={row.namespace} />,
          domain: row.domain === undefined ? 'No domain' : <UntrustedText inline text={row.domain} />,
        },
      }))}
    />
  )
}
