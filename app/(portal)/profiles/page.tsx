import { DraftList } from '#components/profile/draft-list.tsx'
import { ProfileTable } from '#components/profile/profile-table.tsx'
import { ButtonLink } from '#components/ui/button-link.tsx'
import { Columns } from '#components/ui/columns.tsx'
import { FilterField } from '#components/ui/filter-field.tsx'
import { LiveRefresh } from '#components/ui/live.tsx'
import { Note } from '#components/ui/note.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { routes } from '#lib/routes.ts'
import { show } from '#server/edge/show.ts'
import { listProfiles } from '#server/profile/list.ts'
import { dropDraftAction } from './actions.ts'

export const metadata = { title: 'Profiles' }

export default async function ProfilesPage({ searchParams }: PageProps<'/profiles'>) {
  const [{ q }, result] = await Promise.all([searchParams, show(listProfiles, {})])
  const actions = (
    <ButtonLink href={routes.newProfile()} kind="primary">
      New profile
    </ButtonLink>
  )
  if (!result.ok)
    return (
      <>
        <PageHead title="Profiles" actions={actions} />
        <ProblemPanel problem={result.error} />
      </>
    )
  const { rows, served, drafts } = result.value
  const wanted = (typeof q === 'string' ? q : '').toLowerCase()
  const shown = rows.filter((row) => [row.name, row.namespace, row.domain, row.phase].some((text) => text?.toLowerCase().includes(wanted)))
  const open = rows.filter((row) => row.readiness !== 'ready').length
  return (
    <>
      <LiveRefresh topics={['profiles']} />
      <PageHead title="Profiles" about={`${rows.length} applications, ${open} not ready`} actions={actions} />
      <Columns
        aside={
          drafts.length === 0 ? undefined : (
            <Panel title="Your drafts">
              <DraftList drafts={drafts} drop={dropDraftAction} />
            </Panel>
          )
        }
      >
        {!served && (
          <Note tone="caution" title="This cluster serves no AppProfile">
            The App kinds are not installed here, so nothing can be listed.
          </Note>
        )}
        <FilterField label="Filter" param="q" />
        <Panel title="Applications" flush>
          <ProfileTable rows={shown} filtered={wanted} />
        </Panel>
      </Columns>
    </>
  )
}
