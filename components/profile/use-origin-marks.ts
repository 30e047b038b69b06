import { useDeferredValue, useEffect, useState } from 'react'
import type { CuratedField, OriginMark } from '#lib/profile/origin.ts'

type Marker = (text: string, curated: readonly CuratedField[]) => readonly OriginMark[]

/** Where each value of the text comes from; nothing until the code that reads YAML has come, which the page is shown without. */
export function useOriginMarks(text: string, curated: readonly CuratedField[]): readonly OriginMark[] {
  const [marker, setMarker] = useState<Marker>()
  useEffect(() => {
    import('#lib/profile/origin.ts').then(
      (module) => setMarker(() => module.originMarks),
      // The text can be written, checked and sent without the marks.
      () => undefined,
    )
  }, [])
  const deferred = useDeferredValue(text)
  return marker?.(deferred, curated) ?? []
}
