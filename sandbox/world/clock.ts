/** The moment at which the files of this world were written; every time in them is moved by the distance to now. */
export const WRITTEN_AT = Date.parse('2026-01-31T12:00:00Z')
const DAY = 86_400_000
const INSTANT = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z/g

/** RFC 3339 in whole seconds and UTC. */
export const rfc3339 = (at: Date): string => at.toISOString().replace(/\.\d{3}Z$/, 'Z')

/** The instant so many days before now; `shiftDays` moves the whole world further into the past. */
export const daysBefore = (now: Date, daysAgo: number, shiftDays = 0): Date =>
  new Date(Math.floor((now.getTime() - (daysAgo + shiftDays) * DAY) / 1000) * 1000)

/** A function that moves every instant in a text from the time of writing to the time of the demo. */
export function mover(now: Date, shiftDays = 0): (text: string) => string {
  const offset = daysBefore(now, 0, shiftDays).getTime() - WRITTEN_AT
  return (text) => text.replace(INSTANT, (instant) => rfc3339(new Date(Date.parse(instant) + offset)))
}
