import 'server-only'
import { z } from 'zod'
import { policyFaults } from '#lib/policy/health.ts'
import { POLICY_PATH } from '#lib/policy/policy.ts'
import type { FaultView, PolicyView } from '#lib/policy/view.ts'
import type { Ctx } from '#server/context.ts'
import { headOf, loadPolicy } from '#server/policy/load.ts'
import { openParties, openPolicyRequest } from '#server/policy/repo.ts'
import { query } from '#server/verb.ts'

/** The policy file in force, what in it cannot be met, and which open requests that blocks. Everybody signed in may read who decides. */
export const getPolicy = query({
  name: 'policy.get',
  input: z.object({}),
  needs: () => ({ signedIn: true }),
  machine: true,
  async run(ctx): Promise<PolicyView> {
    const loaded = await loadPolicy(ctx)
    const commit = headOf(loaded)
    const [bytes, open] = await Promise.all([
      commit === undefined ? undefined : ctx.git.read(commit, POLICY_PATH),
      openPolicyRequest(ctx.db, ctx.kube.cluster),
    ])
    return {
      text: bytes === undefined ? '' : new TextDecoder().decode(bytes),
      commit,
      digest: loaded.ok ? loaded.version.digest : undefined,
      problem: loaded.ok ? undefined : loaded.problem,
      faults: await faultsNow(ctx),
      open,
    }
  },
})

/** The faults alone, for pages that only say that there are some. */
export const getPolicyFaults = query({
  name: 'policy.faults',
  input: z.object({}),
  needs: () => ({ signedIn: true }),
  machine: true,
  run: faultsNow,
})

/** What in the file in force cannot be met, each with the open requests of its domains. None while the file cannot be read: that is said elsewhere. */
export async function faultsNow(ctx: Ctx): Promise<readonly FaultView[]> {
  const loaded = await loadPolicy(ctx)
  if (!loaded.ok) return []
  const faults = policyFaults(loaded.policy, ctx.now.getTime())
  if (faults.length === 0) return []
  const open = await openParties(ctx.db)
  return faults.map((fault) => ({
    ...fault,
    requests: fault.blocks
      ? open.filter(({ parties }) => parties.some((domain) => fault.domains.includes(domain))).map(({ id, name }) => ({ id, name }))
      : [],
  }))
}
