import { Tag } from '#components/ui/tag.tsx'
import type { Generation } from '#lib/kube/concept.ts'
import type { KindLine } from '#lib/resource/view.ts'

type Props = { readonly generation: Generation | undefined; readonly among?: KindLine['among'] }

/** Which of the platform's generations a name is of, and whether it is the one read where several are served. */
export function GenerationTag({ generation, among = 'only' }: Props) {
  if (generation === undefined && among === 'only') return null
  return (
    <span className="inline-flex flex-wrap gap-1">
      {generation !== undefined && <Tag>Generation {generation}</Tag>}
      {among === 'best' && <Tag tone="ok">Read first</Tag>}
      {among === 'older' && <Tag tone="caution">Older name, also served</Tag>}
    </span>
  )
}
