import { ProfilePage } from '#components/profile/profile-page.tsx'
import { PageHead } from '#components/ui/page-head.tsx'
import { ProblemPanel } from '#components/ui/problem-panel.tsx'
import { show } from '#server/edge/show.ts'
import { getProfile } from '#server/profile/get.ts'

export async function generateMetadata({ params }: PageProps<'/profiles/[namespace]/[name]'>) {
  return { title: decodeURIComponent((await params).name) }
}

export default async function AppProfilePage({ params }: PageProps<'/profiles/[namespace]/[name]'>) {
  const { namespace, name } = await params
  const result = await show(getProfile, { namespace: decodeURIComponent(namespace), name: decodeURIComponent(name) })
  if (!result.ok)
    return (
      <>
        <PageHead title={decodeURIComponent(name)} />
        <ProblemPanel problem={result.error} />
      </>
    )
  return <ProfilePage profile={result.value} />
}
