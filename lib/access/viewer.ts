/** Who asks. `login` is the OIDC `preferred_username` in lower case (decisions.md 3). A machine can never decide. */
export type Viewer = {
  readonly kind: 'person' | 'machine' | 'system'
  readonly login: string
  readonly name: string
  readonly groups: readonly string[]
}

/** A question to Guardian; group and resource must be the exact names that discovery found (guardian.md 1.3). */
export type Permission = {
  /** Where; the cluster that is decided about when nothing is said. */
  readonly cluster?: string
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete'
  readonly group: string
  readonly resource: string
  readonly name?: string
}

/** Guardian's name for a person (decisions.md 3). */
export const principalOf = (login: string): string => `oidc:${login}`

/** The worker acts as nobody's person; its entries say `system`. */
export const SYSTEM: Viewer = { kind: 'system', login: 'system', name: 'Vortex', groups: [] }
