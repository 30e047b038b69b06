import type { Permit } from '#lib/approval/view.ts'

/** What a thread stands on: the request, one of its fields or files, or one of its conditions. */
export type ThreadView = {
  readonly id: string
  readonly anchor: string
  readonly blocking: boolean
  readonly openedBy: string
  readonly openedAt: string
  readonly resolved: { readonly by: string; readonly at: string } | undefined
  /** The meaning of the request moved after it was opened. */
  readonly earlier: boolean
  readonly comments: readonly { readonly id: string; readonly login: string; readonly text: string; readonly at: string }[]
  readonly may: { readonly reply: Permit; readonly resolve: Permit }
}

export type Discussion = {
  readonly threads: readonly ThreadView[]
  readonly may: { readonly open: Permit; readonly block: Permit }
}
