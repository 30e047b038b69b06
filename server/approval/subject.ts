import 'server-only'
import type { Facts } from '#lib/approval/facts.ts'
import { AppError } from '#lib/error.ts'
import { readAdmission } from '#server/approval/admission-subject.ts'
import { readProposal } from '#server/approval/proposal-subject.ts'
import type { RequestRow } from '#server/approval/repo.ts'
import { readStored } from '#server/approval/stored-subject.ts'
import type { Reading, Subject } from '#server/approval/subject-type.ts'
import type { Ctx } from '#server/context.ts'
import { type LoadedPolicy, loadPolicy } from '#server/policy/load.ts'

/** Reads a request from the reflector and the mirror. */
export async function readSubject(ctx: Ctx, row: RequestRow, reading: Reading = {}): Promise<Subject> {
  const loaded = await policyNow(ctx)
  const policy: Facts['policy'] = loaded.ok ? { ok: true, policy: loaded.policy } : { ok: false, problem: loaded.problem }
  const stored = readStored(row.subject)
  const shared = { loaded, policy, stored }
  if (row.kind !== 'admission') return { ...shared, ...(await readProposal(ctx, row, stored, loaded)) }
  return { ...shared, ...(await readAdmission(ctx, row, stored, loaded, reading)) }
}

/** The policy file as it stands, or in words why it cannot be read. */
export async function policyNow(ctx: Pick<Ctx, 'git'>): Promise<LoadedPolicy> {
  try {
    return await loadPolicy(ctx)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { ok: false, commit: undefined, problem: error.message }
  }
}
