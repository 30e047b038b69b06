import 'server-only'
import { type Level, lowest } from '#lib/access/level.ts'
import type { Permission } from '#lib/access/viewer.ts'
import { AppError } from '#lib/error.ts'
import { CONCEPT } from '#lib/kube/concept.ts'
import { levelFor } from '#lib/policy/rights.ts'
import type { Ctx } from '#server/context.ts'
import { loadPolicy } from '#server/policy/load.ts'

/** A level of detail with the rule that decided it (retrieval.md 3.3: each answer names which rule decided). */
export type LevelAnswer = { readonly level: Level; readonly rule: string }

/**
 * The viewer's level for one domain: the lower of what the policy file's groups give and what Guardian's `get` on the
 * resource allows. A silent or unreadable source gives Dependency, never more. Without `permission`, the domain's policies are asked for.
 */
export async function levelOf(ctx: Ctx, domain: string, permission: Permission = domainRead(ctx)): Promise<LevelAnswer> {
  const [byPolicy, ceiling] = await Promise.all([policyLevel(ctx, domain), guardianCeiling(ctx, permission)])
  const level = lowest(byPolicy.level, ceiling.level)
  return level === byPolicy.level ? byPolicy : ceiling
}

type InDomain = { readonly domain: string | undefined }

/** Full in the domain of one of these parties: enough to read the reasons of a decision that concerns it (retrieval.md 3). */
export async function hasFullForAny(ctx: Ctx, parties: readonly InDomain[], permission?: Permission): Promise<boolean> {
  const domains = new Set(parties.flatMap(({ domain }) => (domain === undefined ? [] : [domain])))
  const levels = await Promise.all([...domains].map((domain) => levelOf(ctx, domain, permission)))
  return levels.some(({ level }) => level === 'Full')
}

const domainRead = (ctx: Ctx): Permission => {
  const served = ctx.clusters[0].served('domainPolicy')
  return { verb: 'get', group: served?.group ?? CONCEPT.domainPolicy.groups[0], resource: served?.plural ?? 'domainpolicies' }
}

async function policyLevel(ctx: Ctx, domain: string): Promise<LevelAnswer> {
  try {
    const loaded = await loadPolicy(ctx)
    if (!loaded.ok) return { level: 'Dependency', rule: 'vortex/policy.yaml cannot be read, so nobody gets more than Dependency.' }
    const level = levelFor(loaded.policy, ctx.viewer.login, ctx.viewer.groups, domain)
    return { level, rule: `vortex/policy.yaml levels give ${level} for ${domain}.` }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { level: 'Dependency', rule: 'The repository cannot be read, so nobody gets more than Dependency.' }
  }
}

async function guardianCeiling(ctx: Ctx, permission: Permission): Promise<LevelAnswer> {
  try {
    const { allowed, reason } = await ctx.guardian.check(ctx.viewer.login, permission)
    return allowed ? { level: 'Full', rule: `Guardian: ${reason}.` } : { level: 'Dependency', rule: `Guardian: ${reason}.` }
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unavailable') throw error
    return { level: 'Dependency', rule: 'Guardian did not answer, so nobody gets more than Dependency.' }
  }
}
