import type { QueueRow } from '#lib/approval/view.ts'

const firstLabel = (domain: string): string => domain.split('.')[0] ?? domain

/**
 * Writes known domains by their first label, where no two in the list share it; the full names stay in the title.
 * Only parties are shortened: a domain that the policy file does not know keeps its whole name.
 */
export function shortDomains(rows: readonly QueueRow[]): (text: string) => string {
  const domains = [...new Set(rows.flatMap((row) => row.parties))]
  const clear = domains.filter((domain) => domains.filter((other) => firstLabel(other) === firstLabel(domain)).length === 1)
  return (text) => clear.reduce((short, domain) => short.replaceAll(`(${domain})`, `(${firstLabel(domain)})`), text)
}
