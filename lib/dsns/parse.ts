import { classify, type ZoneKnowledge } from '#lib/dsns/classify.ts'
import { lexZone } from '#lib/dsns/lex.ts'
import { lintZone, type ZoneLint } from '#lib/dsns/lint.ts'
import type { DsnsRecord, Soa, UnknownLine } from '#lib/dsns/record.ts'

export type Zone = {
  readonly origin: string | null
  readonly ttl: number | null
  readonly soa: Soa | null
  readonly records: readonly DsnsRecord[]
  readonly unknown: readonly UnknownLine[]
  readonly lints: readonly ZoneLint[]
}

/** Zone text to meaning in one go: lexed, classified with what the API server knows, linted. Never throws. */
export function parseZone(text: string, knowledge: ZoneKnowledge = {}): Zone {
  const lexed = lexZone(text)
  return { ...lexed, records: classify(lexed.records, knowledge), lints: lintZone(lexed, knowledge.clusters) }
}
