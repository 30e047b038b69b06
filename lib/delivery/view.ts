import type { ResourceRef } from '#lib/kube/ref.ts'
import type { DeliveryView, FileView, Permit, RequestView } from '#lib/approval/view.ts'

/** One line of the list of deliveries. */
export type DeliveryLine = DeliveryView & { readonly sealedAt: string; readonly updatedAt: string }

export type DeliveryPage = {
  readonly lines: readonly DeliveryLine[]
  readonly counts: { readonly open: number; readonly done: number }
  /** Carries on after the last line; undefined at the end. */
  readonly next: string | undefined
}

/** The commit as Git holds it. */
export type CommitView = {
  readonly commit: string
  readonly subject: string
  readonly author: string
  readonly at: string
  readonly trailers: readonly { readonly key: string; readonly value: string }[]
  readonly signature: 'vortex' | 'other' | 'none' | 'broken'
}

export type DeliveryDetail = {
  readonly delivery: DeliveryLine
  readonly ref: ResourceRef
  readonly sentence: string
  readonly digest: string
  readonly sealedDigest: string
  readonly ledgerSeq: number
  readonly deciders: readonly string[]
  readonly repository: string
  readonly proposal: CommitView | undefined
  readonly merge: CommitView | undefined
  readonly files: readonly FileView[]
  readonly may: Permit
  readonly undo: RequestView['undo']
  /** Why the repository's part cannot be shown now. */
  readonly gitProblem: string | undefined
}
