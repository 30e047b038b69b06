import 'server-only'
import { z } from 'zod'
import { fieldDiff } from '#lib/history/field-diff.ts'
import { policyFaults } from '#lib/policy/health.ts'
import { parsePolicy } from '#lib/policy/parse.ts'
import { POLICY_PATH } from '#lib/policy/policy.ts'
import { replay } from '#lib/policy/replay.ts'
import type { PolicyCheck } from '#lib/policy/view.ts'
import type { Ctx } from '#server/context.ts'
import { headOf, loadPolicy } from '#server/policy/load.ts'
import { pastDecisions } from '#server/policy/repo.ts'
import { query } from '#server/verb.ts'

/** A policy file is a page or two; more is no policy file. */
export const POLICY_TEXT_MAX = 100_000
const TRIED_MAX = 500

/** What a proposed policy file would mean: what is wrong in it, what could never be met, and which past decisions it would have changed. */
export const checkPolicy = query({
  name: 'policy.check',
  input: z.object({ text: z.string().max(POLICY_TEXT_MAX, 'A policy file has at most 100,000 characters.') }),
  needs: () => ({ signedIn: true }),
  run: examinePolicy,
})

export async function examinePolicy(ctx: Ctx, { text }: { readonly text: string }): Promise<PolicyCheck> {
  const head = headOf(await loadPolicy(ctx))
  const bytes = head === undefined ? undefined : await ctx.git.read(head, POLICY_PATH)
  const before = bytes === undefined ? undefined : new TextDecoder().decode(bytes)
  const parsed = parsePolicy(text)
  if (!parsed.ok) return { wrong: parsed.error, faults: [], changes: [], replayed: [], tried: 0 }
  const past = await pastDecisions(ctx.db, TRIED_MAX)
  const replayed = replay(past, parsed.value).filter((one) => one.would !== 'same')
  return {
    wrong: [],
    faults: policyFaults(parsed.value, ctx.now.getTime()),
    changes: fieldDiff(before, text),
    replayed,
    tried: past.length,
  }
}
