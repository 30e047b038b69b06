import { atLeast, type Level, restricted } from '#lib/access/level.ts'
import type { HistoryEntry, HistoryEvent } from '#lib/history/event.ts'

/**
 * An event at one level (retrieval.md 3): the reason needs Full; who, what, fields and references need Operational; that
 * something of this type happened to this object at this time is for everybody. Nothing of the length of hidden text shows.
 */
export function redactEvent(event: HistoryEvent, level: Level): HistoryEntry {
  const operational = atLeast(level, 'Operational')
  const why = event.why !== undefined && !atLeast(level, 'Full') ? restricted('Full') : event.why
  if (operational) return { ...event, why }
  const hidden = restricted('Operational')
  return {
    ...event,
    who: hidden,
    what: hidden,
    // Whether a reason was recorded is not told either.
    why: restricted('Full'),
    commit: event.commit === undefined ? undefined : hidden,
    audit: event.audit === undefined ? undefined : hidden,
    fields: hidden,
    request: undefined,
    ledgerSeq: undefined,
    derived: undefined,
    tone: 'restricted',
  }
}
