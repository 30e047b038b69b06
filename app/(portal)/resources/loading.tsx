import { Skeleton } from '#components/ui/skeleton.tsx'

export default function Loading() {
  return <Skeleton rows={8} label="Resources" />
}
