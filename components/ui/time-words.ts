const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A span in one or two units: `4 s`, `6 m`, `2 h 14 m`, `3 d 4 h`, `21 d`. Input in milliseconds. */
export function spanWords(span: number): string {
  const length = Math.abs(span)
  if (length < MINUTE) return `${Math.floor(length / SECOND)} s`
  if (length < HOUR) return `${Math.floor(length / MINUTE)} m`
  if (length < DAY) return two(length, HOUR, 'h', MINUTE, 'm')
  if (length < 7 * DAY) return two(length, DAY, 'd', HOUR, 'h')
  return `${Math.floor(length / DAY)} d`
}

function two(length: number, big: number, bigUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((length % big) / small)
  return `${Math.floor(length / big)} ${bigUnit}${rest === 0 ? '' : ` ${rest} ${smallUnit}`}`
}

/** The instant in UTC, to the second: `2026-11-21 09:23:11Z`. */
export function exactWords(at: number): string {
  const iso = new Date(at).toISOString()
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z`
}

/** `4 s ago`, `in 2 h`; what happened less than a second away is `now`. */
export function relativeWords(at: number, now: number): string {
  const span = at - now
  if (Math.abs(span) < SECOND) return 'now'
  return span < 0 ? `${spanWords(span)} ago` : `in ${spanWords(span)}`
}

/** `relativeWords` of what has happened: where another machine's clock says that it is still to come, it is told as now. */
export const pastWords = (at: number, now: number): string => relativeWords(Math.min(at, now), now)
