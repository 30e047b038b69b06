import pg from 'pg'

/** What the database holds about one request, seen with a connection of our own and never through the product. */
export type Seen = {
  readonly votes: readonly { readonly login: string; readonly state: string }[]
  readonly decisions: number
  readonly work: Readonly<Record<string, { readonly attempts: number; readonly done: boolean }>>
  readonly delivery:
    | { readonly commit: string | null; readonly merged: string | null; readonly applied: boolean; readonly admitted: boolean }
    | undefined
}

export type LedgerRow = {
  readonly seq: number
  readonly action: string
  readonly actor: string
  readonly bytes: Buffer
  readonly leafHash: string
}

export type Observer = {
  readonly idOf: (name: string) => Promise<string>
  readonly request: (id: string) => Promise<Seen>
  readonly ledger: () => Promise<readonly LedgerRow[]>
  readonly ledgerOf: (id: string) => Promise<readonly string[]>
  readonly close: () => Promise<void>
}

export function observe(address: string): Observer {
  const pool = new pg.Pool({ connectionString: address, max: 2 })
  pool.on('error', () => {})
  const rows = async <T>(text: string, values: readonly unknown[] = []): Promise<readonly T[]> =>
    (await pool.query(text, [...values])).rows as T[] // safe: each query names its columns
  return {
    idOf: async (name) => (await rows<{ id: string }>('select id from change_request where name = $1', [name]))[0]?.id ?? '',
    request: async (id) => {
      const [found] = await rows<Seen & { work: Seen['work'] | null; votes: Seen['votes'] | null; delivery: Seen['delivery'] | null }>(
        `select
           (select json_agg(json_build_object('login', login, 'state', state) order by at) from vote where request_id = $1) as votes,
           (select count(*)::int from decision where request_id = $1) as decisions,
           (select json_object_agg(kind, json_build_object('attempts', attempts, 'done', done_at is not null)) from outbox where request_id = $1) as work,
           (select json_build_object('commit', commit, 'merged', merge_commit, 'applied', applied_at is not null, 'admitted', admitted_at is not null)
              from delivery where request_id = $1) as delivery`,
        [id],
      )
      return {
        votes: found?.votes ?? [],
        decisions: found?.decisions ?? 0,
        work: found?.work ?? {},
        delivery: found?.delivery ?? undefined,
      }
    },
    ledger: () => rows<LedgerRow>('select seq::int as seq, action, actor, bytes, leaf_hash as "leafHash" from ledger order by seq'),
    ledgerOf: async (id) =>
      (await rows<{ action: string }>('select action from ledger where request_id = $1 order by seq', [id])).map(({ action }) => action),
    close: () => pool.end(),
  }
}
