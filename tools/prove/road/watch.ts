import pg from 'pg'
import { runGit } from '#sandbox/git/run-git.ts'
import type { Stage } from './stage.ts'

const SEQUENCER = 0x766f7274
const LEADERSHIP = 0x766f776b

/** What is looked at of a request: from outside, with connections of our own, never through the product. */
type Row = {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly votes: number
  readonly decisions: number
  readonly work: Readonly<Record<string, { readonly attempts: number; readonly done: boolean }>> | null
  readonly delivery: Readonly<Record<'commit' | 'merged' | 'applied' | 'admitted', string | null>> | null
}

export type Sight = {
  /** Request name and what is true of it, as `name/point`. */
  readonly points: ReadonlySet<string>
  readonly led: boolean
}

export type Watcher = {
  readonly look: (names: readonly string[]) => Promise<Sight>
  readonly query: <T>(text: string, values?: readonly unknown[]) => Promise<readonly T[]>
  readonly close: () => Promise<void>
}

const OF_ROW: Readonly<Record<string, (row: Row) => boolean>> = {
  'a vote stands': ({ votes }) => votes > 0,
  'the decision is sealed': ({ decisions }) => decisions > 0,
  'delivery began to propose': ({ work }) => (work?.['git.propose']?.attempts ?? 0) > 0,
  'the proposal is recorded': ({ delivery }) => typeof delivery?.commit === 'string',
  'the merge is asked for': ({ work }) => work?.['git.merge'] !== undefined,
  'delivery began to merge': ({ work }) => (work?.['git.merge']?.attempts ?? 0) > 0,
  'the merge is done': ({ work }) => work?.['git.merge']?.done === true,
  'the merge is read back': ({ delivery }) => typeof delivery?.merged === 'string',
  'applied is recorded': ({ delivery }) => typeof delivery?.applied === 'string',
  'the outcome is recorded': ({ delivery }) => typeof delivery?.admitted === 'string',
}
export const POINTS: readonly string[] = [
  ...Object.keys(OF_ROW),
  'a transaction holds the place in the ledger',
  'the branch is on the remote',
  'main has moved',
  'the API server has the decision',
  'the phase is final',
]

export function watch(stage: Stage): Watcher {
  const pool = new pg.Pool({ connectionString: stage.address, max: 3, connectionTimeoutMillis: 2_000 })
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const query: Watcher['query'] = async <T>(text: string, values: readonly unknown[] = []) =>
    (await pool.query(text, [...values])).rows as T[] // safe: each query names its columns
  const git = async (...args: readonly string[]): Promise<string> => (await runGit(stage.repository, [...args])).toString('utf8')

  async function look(names: readonly string[]): Promise<Sight> {
    const [rows, locks, branches, main, objects] = await Promise.all([
      query<Row>(
        `select r.id, r.name, r.state,
           (select count(*)::int from vote v where v.request_id = r.id and v.state = 'counted') as votes,
           (select count(*)::int from decision d where d.request_id = r.id) as decisions,
           (select json_object_agg(kind, json_build_object('attempts', attempts, 'done', done_at is not null)) from outbox o where o.request_id = r.id) as work,
           (select json_build_object('commit', commit, 'merged', merge_commit, 'applied', applied_at, 'admitted', admitted_at) from delivery l where l.request_id = r.id) as delivery
         from change_request r where r.name = any($1)`,
        [names],
      ),
      query<{ key: number }>(`select objid::bigint::int as key from pg_locks where locktype = 'advisory' and granted`),
      git('for-each-ref', '--format=%(refname)', 'refs/heads/vortex'),
      git('log', '-60', '--first-parent', '--format=%B', 'main'),
      stage.kube.list({ apiVersion: 'seam.ontai.dev/v1alpha1', kind: 'RelationshipAdmissionRequest' }),
    ])
    const points = new Set<string>()
    for (const row of rows) {
      for (const [point, is] of Object.entries(OF_ROW)) if (is(row)) points.add(`${row.name}/${point}`)
      if (branches.includes(`refs/heads/vortex/${row.name}-`)) points.add(`${row.name}/the branch is on the remote`)
      if (main.includes(`Vortex-Request: ${row.id}`)) points.add(`${row.name}/main has moved`)
      const object = objects.items.find(({ metadata }) => metadata.name === row.name)
      if ((object?.['spec'] as { decision?: object } | undefined)?.decision !== undefined)
        points.add(`${row.name}/the API server has the decision`)
      if (/Admitted|Rejected/.test((object?.['status'] as { phase?: string } | undefined)?.phase ?? ''))
        points.add(`${row.name}/the phase is final`)
    }
    if (locks.some(({ key }) => key === SEQUENCER)) points.add('any/a transaction holds the place in the ledger')
    return { points, led: locks.some(({ key }) => key === LEADERSHIP) }
  }
  return { look, query, close: () => pool.end() }
}
