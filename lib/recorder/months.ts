/** How many months besides the present one are made ahead: a recorder that cannot make one must not lack it at midnight. */
const AHEAD = 2

/** An instant in each month that must be there: of the oldest row to be written, now, and ahead. */
export function monthsNeeded(oldest: Date, now: Date): readonly Date[] {
  const months: Date[] = []
  const end = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + AHEAD, 1)
  for (
    let at = new Date(Math.min(oldest.getTime(), now.getTime()));
    startOf(at) <= end;
    at = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1))
  )
    months.push(at)
  return months
}

const startOf = (at: Date): number => Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1)

/** Partitions of which every row is older than so many days. */
export function monthsOver(names: readonly string[], now: Date, days: number): readonly string[] {
  const kept = now.getTime() - days * 86_400_000
  return names.filter((name) => {
    const [, year, month] = /_(\d{4})_(\d{2})$/.exec(name) ?? []
    return year !== undefined && month !== undefined && Date.UTC(Number(year), Number(month), 1) <= kept
  })
}
