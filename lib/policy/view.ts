import type { PolicyProblem } from '#lib/policy/parse.ts'
import type { PolicyFault } from '#lib/policy/health.ts'
import type { Replayed } from '#lib/policy/replay.ts'

/** A fault with the open requests that it blocks. */
export type FaultView = PolicyFault & { readonly requests: readonly { readonly id: string; readonly name: string }[] }

/** The policy file as it is in force, or why it cannot be read. */
export type PolicyView = {
  readonly text: string
  readonly commit: string | undefined
  readonly digest: string | undefined
  readonly problem: string | undefined
  readonly faults: readonly FaultView[]
  /** A change that is being decided already. */
  readonly open: { readonly id: string } | undefined
}

/** What a proposed text would mean. `wrong` keeps it from being sent; faults and replay are for whoever decides. */
export type PolicyCheck = {
  readonly wrong: readonly PolicyProblem[]
  readonly faults: readonly PolicyFault[]
  /** Fields whose value would change, `undefined` where there is none. */
  readonly changes: readonly { readonly path: string; readonly from: string | undefined; readonly to: string | undefined }[]
  readonly replayed: readonly Replayed[]
  /** How many past decisions were tried. */
  readonly tried: number
}
