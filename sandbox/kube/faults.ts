/** What the sandbox can do to its API server while it runs. */
export type KubeFaults = {
  /** Every answer comes this many milliseconds later. */
  delayMs: number
  /** Connections are destroyed instead of answered. */
  refuse: boolean
  /** Every request is answered with this status, such as 500 or 401, and nothing is done. */
  status: number | undefined
  /** Ends every open watch without a word, as a lost connection does. */
  cutWatches: () => void
  /** Forgets the history: watches from older versions and continue tokens get 410 Gone. */
  gone: () => void
}
type Target = { readonly cutWatches: () => void; readonly gone: () => void }

/** Switches to give to `startKubeServer`. */
export const createKubeFaults = (): KubeFaults => ({
  delayMs: 0,
  refuse: false,
  status: undefined,
  cutWatches: () => undefined,
  gone: () => undefined,
})

/** From here on the switches act on this server. */
export const connectFaults = (faults: KubeFaults, target: Target): void => void Object.assign(faults, target)
