import 'server-only'
import type { SourceAge, Sourced } from '#lib/sourced.ts'

/** Zone text in master-file form with where it came from; both sources are compared (decisions.md 23). */
export type ZoneReading = {
  readonly text: string
  readonly from: 'transfer' | 'configmap'
  readonly serial: number | undefined
  /** Disagreements between sources, in words. */
  readonly findings: readonly string[]
}

export type Dsns = {
  readonly zone: string
  readonly read: () => Promise<Sourced<ZoneReading>>
  readonly age: () => SourceAge
}
