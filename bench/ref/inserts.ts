import { createHash } from 'node:crypto'
import type { Pool } from 'pg'

// Frozen references of A1: what writing the same rows costs without proof, and with the chain that most products build. Do not improve them.

export const REFERENCE_TABLES = `
  create table plain_row (id bigint generated always as identity primary key, at timestamptz not null, actor text not null, action text not null, bytes bytea not null);
  create table chain_row (seq bigint primary key, at timestamptz not null, actor text not null, action text not null, bytes bytea not null, hash text not null)`

/** One transaction, one row, nothing else: single unchained inserts. */
export async function plainInsert(pool: Pool, bytes: Buffer): Promise<void> {
  await pool.query('insert into plain_row (at, actor, action, bytes) values (now(), $1, $2, $3)', ['maria', 'review.approved', bytes])
}

/** One transaction per row under an advisory lock, each row hashed over the one before. */
export async function chainInsert(pool: Pool, bytes: Buffer): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock(77)')
    const last = await client.query<{ seq: string; hash: string }>('select seq, hash from chain_row order by seq desc limit 1')
    const { seq, hash } = last.rows[0] ?? { seq: '0', hash: '' }
    const next = createHash('sha256').update(hash).update(bytes).digest('hex')
    await client.query('insert into chain_row values ($1, now(), $2, $3, $4, $5)', [
      Number(seq) + 1,
      'maria',
      'review.approved',
      bytes,
      next,
    ])
    await client.query('commit')
  } finally {
    client.release()
  }
}
