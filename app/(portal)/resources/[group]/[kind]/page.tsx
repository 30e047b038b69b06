import type { Metadata } from 'next'
import { ResourcesPage } from '#components/resource/resources-page.tsx'
import { groupOfPart } from '#lib/kube/group-part.ts'
import { kindTopic } from '#lib/live/topic.ts'
import { resourceAddress, resourceQuestion } from '#lib/resource/address.ts'
import { show } from '#server/edge/show.ts'
import { listObjects } from '#server/resource/list-objects.ts'

type Props = {
  readonly params: Promise<{ readonly group: string; readonly kind: string }>
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).kind) }
}

export default async function Page({ params, searchParams }: Props) {
  const { group, kind } = await params
  const address = resourceAddress(await searchParams)
  const named = { group: decodeURIComponent(group), kind: decodeURIComponent(kind) }
  const page = await show(listObjects, { ...address, ...named })
  return (
    <ResourcesPage
      {...named}
      drawn={{ question: resourceQuestion(named, address), page }}
      follows={{
        topics: [kindTopic(page.ok ? page.value.line : { ...named, group: groupOfPart(named.group) }), 'sources'],
        also: ['topology'],
      }}
    />
  )
}
