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

/** One who may decide; `by` names the delegator whose right it is, when it is not their own. */
export type Entitled = { readonly login: string; readonly by?: string }

/**
 * Who may decide for a domain at a time (epoch milliseconds); empty when the file does not know it. While a delegation
 * runs the delegate stands in the delegator's place, and the delegator does not decide (product.md: delegators are excluded).
 */
export function entitledAt(policy: Policy, domain: string, now: number): readonly Entitled[] {
  const named = knowsDomain(policy, domain) ? membersOf(policy, policy.domains[domain]?.approvers ?? []) : []
  return withDelegates(policy, named, domain, now)
}

function withDelegates(policy: Policy, named: readonly string[], domain: string, now: number): readonly Entitled[] {
  const running = policy.delegations.filter(
    (one) => named.includes(one.from) && Date.parse(one.until) > now && (one.domains === undefined || one.domains.includes(domain)),
  )
  if (running.length === 0) return named.map((login) => ({ login }))
  const away = new Set(running.map((one) => one.from))
  const own = named.filter((login) => !away.has(login)).map((login): Entitled => ({ login }))
  const instead = running
    .filter((one) => !own.some(({ login }) => login === one.to) && !away.has(one.to))
    .map(({ to, from }): Entitled => ({ login: to, by: from }))
  return [...own, ...new Map(instead.map((one) => [one.login, one])).values()].toSorted((a, b) => (a.login < b.login ? -1 : 1))
}

/** Logins of `entitledAt`. */
export const approversOf = (policy: Policy, domain: string, now: number): readonly string[] =>
  entitledAt(policy, domain, now).map(({ login }) => login)

/** When the clock of the policy file asks more people about a request made at that moment (epoch milliseconds); undefined: never. */
export const escalatesAt = ({ clocks: { escalate } }: Policy, createdAt: number): number | undefined =>
  escalate && createdAt + durationMs(escalate.after)

const isEscalated = (policy: Policy, createdAt: number | undefined, now: number): boolean =>
  createdAt === undefined || now >= (escalatesAt(policy, createdAt) ?? Infinity)

/**
 * Everybody who may take part in deciding a request of these domains at a time: approvers, required roles, veto, and who is asked
 * on escalation once the request of that age (`createdAt`, epoch milliseconds) escalated; without an age whoever may be asked at all.
 */
export const namedFor = (policy: Policy, domains: readonly string[], now: number, createdAt?: number): ReadonlySet<string> =>
  new Set([
    ...domains.flatMap((domain) => approversOf(policy, domain, now)),
    ...policy.overall.roles.flatMap(({ group }) => membersOf(policy, [{ group }])),
    ...membersOf(policy, policy.veto),
    ...(isEscalated(policy, createdAt, now) ? membersOf(policy, policy.clocks.escalate?.to ?? []) : []),
  ])

/** Whether an automatic admission is drawn for a later look by a person: by its digest, so that nobody chooses (product.md: sampled). */
export const isSampled = (policy: Policy, digest: string): boolean =>
  Number.parseInt(digest.replace(/^sha256:/, '').slice(0, 8), 16) / 2 ** 32 < policy.autoAdmission.sample

/** What the raise rules look at: the participants that one party stands for, and what the evaluation found. */
export type RaiseFacts = {
  readonly roles: readonly ('Initiator' | 'Counterpart')[]
  readonly ambiguous: boolean
  readonly high: boolean
}

/** How many different people of a domain are needed: its own quorum, its required roles together, lifted by the raise rules that apply. */
export function requiredQuorum(policy: Policy, domain: string, facts: RaiseFacts): number {
  const own = knowsDomain(policy, domain) ? (policy.domains[domain]?.quorum ?? 1) : 1
  const raised = policy.raise
    .filter((rule) => (rule.when === 'ambiguous' ? facts.ambiguous : facts.high))
    .filter((rule) => rule.party === 'both' || facts.roles.some((role) => role.toLowerCase() === rule.party))
    .map((rule) => rule.quorum)
  const asked = knowsDomain(policy, domain) ? (policy.domains[domain]?.roles ?? []).reduce((sum, { count }) => sum + count, 0) : 0
  return Math.max(own, asked, ...raised)
}

/** Overall quorum, capped at the sum of the party quorums (decisions.md 5). */
export const overallQuorum = (policy: Policy, parties: readonly number[]): number =>
  Math.min(
    policy.overall.quorum,
    parties.reduce((sum, quorum) => sum + quorum, 0),
  )

/** Until when a sealed approval may be merged (epoch milliseconds), as clocks.executeBy says; undefined without that clock. */
export const executeUntil = (policy: Policy, sealedAt: number): number | undefined =>
  policy.clocks.executeBy === undefined ? undefined : sealedAt + durationMs(policy.clocks.executeBy)

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
