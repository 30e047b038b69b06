import { PageHead } from '#components/ui/page-head.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'

export default function Loading() {
  return (
    <>
      <PageHead title="Topology" />
      <Skeleton rows={16} label="Topology" />
    </>
  )
}
