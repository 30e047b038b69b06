import { GenerationTag } from '#components/resource/generation-tag.tsx'
import { HealthCounts } from '#components/resource/health-counts.tsx'
import { ResourceFilters } from '#components/resource/resource-filters.tsx'
import { ResourceTable } from '#components/resource/resource-table.tsx'
import { AppLink } from '#components/ui/app-link.tsx'
import { Note } from '#components/ui/note.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { Tag } from '#components/ui/tag.tsx'
import { visibleText } from '#components/ui/visible-text.ts'
import type { Problem } from '#lib/error.ts'
import type { Result } from '#lib/result.ts'
import { type ResourceAddress, withParam } from '#lib/resource/address.ts'
import type { ResourcesView } from '#lib/resource/view.ts'
import { routes } from '#lib/routes.ts'

type Props = { readonly view: ResourcesView; readonly address: ResourceAddress }
type PageProps = { readonly kind: string; readonly address: ResourceAddress; readonly page: Result<ResourcesView, Problem> }

/** All objects of one kind, by pages; filters, order and page stand in the address. What cannot be answered leaves the filters in place. */
export function ResourcesPage({ kind, address, page }: PageProps) {
  return (
    <>
      <PageHead
        title={visibleText(kind)}
        {...(page.ok && { about: <About line={page.value.line} elsewhere={address.cluster} /> })}
        actions={<AppLink href={routes.resources(address.cluster)}>All kinds</AppLink>}
      />
      <ResourceFilters address={address} namespaces={page.ok ? page.value.namespaces : []} />
      {page.ok ? (
        <Objects view={page.value} address={address} />
      ) : (
        <ProblemPanel problem={page.error} title="The objects cannot be listed now" />
      )}
    </>
  )
}

function About({ line, elsewhere }: Pick<ResourcesView, 'line'> & { readonly elsewhere: string | undefined }) {
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span className="font-mono text-code">
        {visibleText(line.group || 'core')}/{visibleText(line.version)}
      </span>
      {elsewhere !== undefined && <Tag>Cluster {visibleText(elsewhere)}</Tag>}
      {line.known !== undefined && <span>now called {line.known}</span>}
      <GenerationTag generation={line.generation} among={line.among} />
      <HealthCounts health={line.health} />
    </span>
  )
}

function Objects({ view, address }: Props) {
  const down = view.line.state === 'down'
  return (
    <>
      <Problems view={view} />
      {!down && <ResourceTable view={view} address={address} />}
      {!down && <Pager view={view} address={address} />}
    </>
  )
}

function Problems({ view }: Pick<Props, 'view'>) {
  const { state, problem } = view.line
  return (
    <div className="mb-3 flex flex-col gap-2 empty:hidden">
      {state === 'down' && (
        <Note tone="unknown" title="This kind cannot be read now">
          The API server said: {visibleText(problem ?? 'nothing')}. That is not the same as none being there.
        </Note>
      )}
      {state === 'stale' && (
        <Note tone="caution" title="This is as of the last answer">
          The cluster does not answer now: {visibleText(problem ?? 'no reason was given')}.
        </Note>
      )}
      {view.closed && (
        <Note tone="restricted" title="Some objects take part by their name only">
          Their labels and columns need Operational, so filters and orders over these neither find nor place them.
        </Note>
      )}
    </div>
  )
}

function Pager({ view, address }: Props) {
  const { page, pages, found } = view
  return (
    <nav aria-label="Pages" className="flex flex-wrap items-center gap-x-4 gap-y-1 pt-2 text-muted">
      <span>
        {found.toLocaleString('en')} of {view.line.count.toLocaleString('en')} objects, page {page} of {pages}
      </span>
      {page > 1 && <AppLink href={withParam(address, 'page', page === 2 ? '' : String(page - 1))}>Previous page</AppLink>}
      {page < pages && <AppLink href={withParam(address, 'page', String(page + 1))}>Next page</AppLink>}
      {view.columnsFrom === 'portal' && view.columns.length > 0 && (
        <span>The kind's definition names no columns; these are the portal's.</span>
      )}
    </nav>
  )
}
