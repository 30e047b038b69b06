/** One line of the zone as written. `name` is relative to the origin, `value` has no quotes and no trailing dot (dsns.md 3). */
export type ZoneRecord = {
  readonly name: string
  readonly ttl: number
  readonly type: 'A' | 'NS' | 'TXT'
  readonly value: string
  /** 1 for the first line of the text. */
  readonly line: number
}

export type Soa = {
  readonly mname: string
  readonly rname: string
  readonly serial: number
  readonly refresh: number
  readonly retry: number
  readonly expire: number
  readonly minimum: number
}

/** A line that the grammar does not know. It is kept and shown, never dropped (dsns.md 3). */
export type UnknownLine = { readonly line: number; readonly text: string; readonly reason: string }

/** How the name and version in a pack record were told apart (dsns.md 6). All but `joined` are inferred. */
export type PackHow = 'joined' | 'name-suffix' | 'unknown' | 'v-label' | 'numeric' | 'ambiguous'

/** What a record says, in the order of the table of dsns.md 5. */
export type Meaning =
  | { readonly kind: 'zone.ns' | 'zone.glue' | 'unknown' }
  | { readonly kind: 'cluster.vip' | 'cluster.api' | 'cluster.delegation' | 'cluster.delegationGlue'; readonly cluster: string }
  | { readonly kind: 'cluster.role'; readonly cluster: string; readonly role: string }
  | { readonly kind: 'authority'; readonly fingerprint: string }
  | {
      readonly kind: 'identity'
      readonly subjectHash: string
      readonly cluster: string
      readonly rbacProfile: string | null
      readonly identityProvider: string | null
    }
  | { readonly kind: 'idp'; readonly provider: string; readonly issuerURL: string }
  | { readonly kind: 'pack'; readonly cluster: string; readonly pack: string; readonly version: string | null; readonly how: PackHow }
  | {
      readonly kind: 'run'
      readonly runner: string
      readonly cluster: string
      readonly phase: 'Completed' | 'Failed' | null
      readonly completed: string | null
    }

export type DsnsRecord = ZoneRecord & Meaning
export type RecordKind = DsnsRecord['kind']

/** The key under which the zone holds at most one record (dsns.md 3). */
export const recordKey = (record: { readonly type: string; readonly name: string }): string => `${record.type}:${record.name.toLowerCase()}`
