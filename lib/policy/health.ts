import type { Policy, PolicyWho } from '#lib/policy/policy.ts'
import { entitledAt, membersOf, requiredQuorum } from '#lib/policy/rights.ts'

/** Something in the policy file that can never be met, or no longer can; `domains` whose requests it blocks (all for an overall rule). */
export type PolicyFault = {
  readonly field: string
  readonly message: string
  readonly domains: readonly string[]
  /** Nobody can approve a request of these domains while it stands; otherwise a right has only become smaller. */
  readonly blocks: boolean
}

/**
 * What in the file cannot be met at a time (epoch milliseconds): leavers, ended delegations, empty groups, quorums larger
 * than the people entitled. Guardian's answers are not part of it: they come and go, the evaluator asks for them.
 */
export function policyFaults(policy: Policy, now: number): readonly PolicyFault[] {
  return [
    ...Object.keys(policy.domains).flatMap((domain) => domainFaults(policy, domain, now)),
    ...overallFaults(policy),
    ...delegationFaults(policy, now),
    ...listFaults(policy),
  ]
}

function domainFaults(policy: Policy, domain: string, now: number): readonly PolicyFault[] {
  const file = policy.domains[domain]
  if (file === undefined) return []
  const field = `domains.${domain}`
  const entitled = new Set(entitledAt(policy, domain, now).map(({ login }) => login))
  const worst = requiredQuorum(policy, domain, { roles: ['Initiator', 'Counterpart'], ambiguous: true, high: true })
  const least = requiredQuorum(policy, domain, { roles: [], ambiguous: false, high: false })
  const faults: PolicyFault[] = unknownPeople(policy, file.approvers, `${field}.approvers`, [domain])
  if (entitled.size < least)
    faults.push({
      field: `${field}.quorum`,
      message: `${least} ${least === 1 ? 'approval is' : 'approvals are'} needed and ${count(entitled.size)} entitled. Name more approvers or lower the quorum.`,
      domains: [domain],
      blocks: true,
    })
  else if (entitled.size < worst)
    faults.push({
      field: 'raise',
      message: `raised to ${worst} approvals for ${domain}, where ${count(entitled.size)} entitled. Name more approvers there.`,
      domains: [domain],
      blocks: false,
    })
  for (const [index, role] of file.roles.entries()) {
    const members = membersOf(policy, [{ group: role.group }]).filter((login) => entitled.has(login))
    if (members.length < role.count)
      faults.push({
        field: `${field}.roles.${index}`,
        message: `${role.count} of ${role.group} must approve and ${count(members.length)} both in that group and an approver of ${domain}.`,
        domains: [domain],
        blocks: true,
      })
  }
  return faults
}

function overallFaults(policy: Policy): readonly PolicyFault[] {
  const domains = Object.keys(policy.domains)
  return policy.overall.roles.flatMap((role, index): PolicyFault[] => {
    const members = membersOf(policy, [{ group: role.group }])
    if (members.length >= role.count) return []
    const message = `${role.count} of ${role.group} must approve every request and ${count(members.length)} in that group.`
    return [{ field: `overall.roles.${index}`, message, domains, blocks: true }]
  })
}

function delegationFaults(policy: Policy, now: number): readonly PolicyFault[] {
  return policy.delegations.flatMap((one, index): PolicyFault[] => {
    const field = `delegations.${index}`
    const domains = (one.domains ?? Object.keys(policy.domains)).filter((domain) =>
      membersOf(policy, policy.domains[domain]?.approvers ?? []).includes(one.from),
    )
    if (domains.length === 0)
      return [{ field, message: `${one.from} has no right there that could be delegated. Remove the delegation.`, domains, blocks: false }]
    if (Date.parse(one.until) <= now)
      return [
        { field, message: `the delegation of ${one.from} to ${one.to} ended at ${one.until}. Renew or remove it.`, domains, blocks: false },
      ]
    return []
  })
}

function listFaults(policy: Policy): readonly PolicyFault[] {
  const domains = Object.keys(policy.domains)
  const faults = [
    ...unknownPeople(policy, policy.merge.who, 'merge.who', domains),
    ...unknownPeople(policy, policy.veto, 'veto', domains),
    ...unknownPeople(policy, policy.clocks.escalate?.to ?? [], 'clocks.escalate.to', domains),
  ]
  if (membersOf(policy, policy.merge.who).length === 0)
    faults.push({
      field: 'merge.who',
      message: 'nobody may merge, so nothing that is approved gets further. Name somebody.',
      domains,
      blocks: true,
    })
  return faults
}

/** People who are named and gone, and groups that nobody is in: the right stands on paper only. */
function unknownPeople(policy: Policy, who: readonly PolicyWho[], field: string, domains: readonly string[]): PolicyFault[] {
  return who.flatMap(({ group, login }, index): PolicyFault[] => {
    const at = `${field}.${index}`
    if (login !== undefined && !Object.hasOwn(policy.people, login))
      return [
        {
          field: at,
          message: `${login} is not among people: a leaver keeps no right. Remove the line or add the person.`,
          domains,
          blocks: false,
        },
      ]
    if (group !== undefined && membersOf(policy, [{ group }]).length === 0)
      return [{ field: at, message: `nobody is in the group ${group}. Correct the name or put people in it.`, domains, blocks: false }]
    return []
  })
}

const count = (people: number): string => (people === 0 ? 'nobody is' : people === 1 ? 'one person is' : `${people} people are`)
