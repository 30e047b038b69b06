import { randomUUID } from 'node:crypto'
import { Studio } from '#components/profile/studio.tsx'
import { Note } from '#components/ui/note.tsx'
import { AppLink } from '#components/ui/app-link.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { routes } from '#lib/routes.ts'
import { show } from '#server/edge/show.ts'
import { getAuthoring } from '#server/profile/authoring.ts'
import { checkAction, curateAction, keepAction, sendAction } from './actions.ts'

export const metadata = { title: 'New profile' }

export default async function NewProfilePage({ searchParams }: PageProps<'/profiles/new'>) {
  const { draft } = await searchParams
  const result = await show(getAuthoring, typeof draft === 'string' ? { draft } : {})
  if (!result.ok)
    return (
      <>
        <PageHead title="New profile" />
        <ProblemPanel problem={result.error} />
      </>
    )
  const sent = result.value.draft?.requestId
  return (
    <>
      <PageHead title="New profile" about="Draft, edit, send for approval. Nothing is applied from here." />
      {sent === undefined ? (
        <Studio
          authoring={result.value}
          freshId={randomUUID()}
          actions={{ curate: curateAction, check: checkAction, keep: keepAction, send: sendAction }}
        />
      ) : (
        <Note tone="ok" title="This draft was sent">
          <AppLink href={routes.approval(sent)}>Open its request</AppLink>
        </Note>
      )}
    </>
  )
}
