import type { Client } from 'pg'

/** The reference: the same rows by hand-written SQL, turned into JSON, with nobody's turn, no rights and no policy. Frozen. */
export async function plainInbox(
  client: Client,
  text: string | undefined,
  after: { readonly at: string; readonly id: string } | undefined,
): Promise<string> {
  const values: unknown[] = []
  const given = (value: unknown): string => `$${values.push(value)}`
  const wanted = ["state <> 'open'", "state <> 'expired'"]
  if (text !== undefined) wanted.push(`search like ${given(`%${text}%`)}`)
  const counted = `select count(*)::int as n from request_line where ${wanted.join(' and ')}`
  const countValues = [...values]
  if (after !== undefined) wanted.push(`(updated_at, request_id) < (${given(after.at)}::timestamptz, ${given(after.id)}::uuid)`)
  const page = `select request_id, kind, name, title, parties, risk, state, requested_by, created_at, updated_at, decide_by, sealed_by, needed, reach
    from request_line where ${wanted.join(' and ')} order by updated_at desc nulls last, request_id desc nulls last limit 50`
  const rows = await client.query(page, values)
  const all = await client.query<{ n: number }>(counted, countValues)
  return JSON.stringify({ rows: rows.rows, matching: all.rows[0]?.n })
}
