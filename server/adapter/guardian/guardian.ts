import 'server-only'
import type { Permission } from '#lib/access/viewer.ts'
import type { SourceAge } from '#lib/sourced.ts'

/** Guardian's answer; branch only on `allowed`, show `reason` as text (guardian.md 1.3). `at`: epoch milliseconds. */
export type GuardianAnswer = { readonly allowed: boolean; readonly reason: string; readonly at: number }

export type GuardianRule = {
  readonly apiGroup: string
  readonly resource: string
  readonly verbs: readonly string[]
  readonly resourceNames?: readonly string[]
}

/** The PermissionService. Every call has a deadline; no answer, and "not yet computed", throw AppError('unavailable'). */
export type Guardian = {
  readonly check: (login: string, permission: Permission) => Promise<GuardianAnswer>
  readonly listPermissions: (login: string) => Promise<readonly GuardianRule[]>
  readonly whoCan: (permission: Permission) => Promise<readonly string[]>
  readonly age: () => SourceAge
}
