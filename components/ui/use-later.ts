import { type ComponentType, useState } from 'react'
import { useAnnounce } from '#components/ui/announce.tsx'

type Later<P> = {
  /** The component, once it was asked for and has come. */
  readonly Ready: ComponentType<P> | undefined
  readonly ask: () => void
  /** Fetches the code without showing anything: somebody is about to ask. */
  readonly foresee: () => void
}

/** A component whose code most pages are left without; a portal that does not answer says so and leaves the page as it is. */
export function useLater<P>(load: () => Promise<ComponentType<P>>): Later<P> {
  const announce = useAnnounce()
  const [Ready, setReady] = useState<ComponentType<P>>()
  return {
    Ready,
    ask: () => {
      load().then(
        (component) => setReady(() => component),
        () => announce('The portal did not answer. Try again.', 'danger'),
      )
    },
    foresee: () => void load().catch(() => undefined),
  }
}
