import { atLeast, type Level } from '#lib/access/level.ts'
import { digestOf } from '#lib/canonical.ts'
import type { Policy, PolicyWho } from '#lib/policy/policy.ts'

/** Digest of what the policy means, after defaults. A comment or another order of keys does not change it. */
export const policyDigest = (policy: Policy): string => digestOf(policy)

/** The person behind an e-mail address of Git, or undefined when the file names nobody (decisions.md 3). */
export const loginOfEmail = (policy: Policy, email: string): string | undefined =>
  Object.entries(policy.people).find(([, person]) => person.emails.some((known) => known.toLowerCase() === email.toLowerCase()))?.[0]

/** Groups that the file gives a person; none when it does not name the person. */
export const groupsOf = (policy: Policy, login: string): readonly string[] =>
  Object.hasOwn(policy.people, login) ? (policy.people[login]?.groups ?? []) : []

/** Everybody that a list of groups and logins names, sorted. */
export const membersOf = (policy: Policy, who: readonly PolicyWho[]): readonly string[] => {
  const members = who.flatMap(({ group, login }) =>
    login === undefined
      ? Object.keys(policy.people).filter((person) => group !== undefined && groupsOf(policy, person).includes(group))
      : [login],
  )
  return [...new Set(members)].toSorted()
}

/** Whether the file knows the domain at all: a domain that it does not know is no party (decisions.md 2). */
export const knowsDomain = (policy: Policy, domain: string): boolean => Object.hasOwn(policy.domains, domain)

/** Who may decide for a domain; empty when the file does not know it. */
export const approversOf = (policy: Policy, domain: string): readonly string[] =>
  knowsDomain(policy, domain) ? membersOf(policy, policy.domains[domain]?.approvers ?? []) : []

/** What the raise rules look at: the participants that one party stands for, and what the evaluation found. */
export type RaiseFacts = {
  readonly roles: readonly ('Initiator' | 'Counterpart')[]
  readonly ambiguous: boolean
  readonly high: boolean
}

/** How many different people of a domain are needed: its own quorum, lifted by the raise rules that apply. */
export function requiredQuorum(policy: Policy, domain: string, facts: RaiseFacts): number {
  const own = knowsDomain(policy, domain) ? (policy.domains[domain]?.quorum ?? 1) : 1
  const raised = policy.raise
    .filter((rule) => (rule.when === 'ambiguous' ? facts.ambiguous : facts.high))
    .filter((rule) => rule.party === 'both' || facts.roles.some((role) => role.toLowerCase() === rule.party))
    .map((rule) => rule.quorum)
  return Math.max(own, ...raised)
}

/** Overall quorum, capped at the sum of the party quorums (decisions.md 5). */
export const overallQuorum = (policy: Policy, parties: readonly number[]): number =>
  Math.min(
    policy.overall.quorum,
    parties.reduce((sum, quorum) => sum + quorum, 0),
  )

/** Who may merge, and whether this person may: `sole` is the only approver when there was just one. */
export function mayMerge(
  policy: Policy,
  login: string,
  sole: string | undefined,
): { readonly named: boolean; readonly ownApproval: boolean; readonly who: readonly string[] } {
  const named = membersOf(policy, policy.merge.who)
  const barred = policy.merge.soleApprover ? undefined : sole
  return { named: named.includes(login), ownApproval: barred === login, who: named.filter((person) => person !== barred) }
}

/** Level of detail for one domain: the highest that any of the groups gives; without one it is Dependency (retrieval.md 3.3). */
export function levelFor(policy: Policy, login: string, groups: readonly string[], domain: string): Level {
  const all = new Set([...groups, ...groupsOf(policy, login)])
  return [...all]
    .map((group) => (Object.hasOwn(policy.levels, group) ? policy.levels[group]?.[domain] : undefined))
    .reduce<Level>((best, level) => (level !== undefined && atLeast(level, best) ? level : best), 'Dependency')
}

/** Length of a clock of the file in milliseconds. The form was checked when the file was read. */
export function durationMs(text: string): number {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(text)
  const [days, hours, minutes] = [1, 2, 3].map((index) => Number(match?.[index] ?? 0))
  return (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60_000
}
