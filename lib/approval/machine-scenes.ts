import type { Facts } from '#lib/approval/facts.ts'
import type { ModelCase, ModelRules } from '#lib/approval/machine-model.ts'
import { type Policy, PolicyFile } from '#lib/policy/policy.ts'

/** Random requests, policies and acts of people, for the machine and its model to be compared on. */

export const PEOPLE = ['ada', 'ben', 'cho', 'dia', 'eli', 'fay'] as const
const DOMAINS = ['north', 'south', 'east'] as const
const CASES = 400
export const T0 = Date.UTC(2026, 10, 20)
export const DUE = T0 + 5 * 86_400_000

/** One thing that happens; `who` and `tab` say whose hand it is where a hand is needed. */
export type Act =
  | { readonly type: 'vote'; readonly who: number; readonly tab: number; readonly no: boolean }
  | { readonly type: 'take-back' | 'refuse' | 'silence'; readonly who: number }
  | { readonly type: 'reload'; readonly who: number; readonly tab: number }
  | { readonly type: 'edit'; readonly text: number }
  | { readonly type: 'policy'; readonly file: number }
  | { readonly type: 'look' | 'rebase' | 'merge' | 'restart' | 'late' | 'delete' }

export type Random = () => number

/** Mulberry32: small, fast and the same everywhere. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export const upTo = (random: Random, end: number): number => Math.floor(random() * end)

function rulesOf(random: Random): ModelRules {
  const crowd = (): number => 1 + upTo(random, 63)
  const domains = DOMAINS.slice(0, 2 + upTo(random, 2)).map(() => ({
    approvers: crowd() | crowd(),
    quorum: random() < 0.7 ? 1 : 2 + upTo(random, 2),
  }))
  return {
    domains,
    overall: 1 + upTo(random, 3),
    veto: random() < 0.3 ? crowd() : 0,
    required: random() < 0.2 ? crowd() : 0,
    raised: random() < 0.5 ? 2 : 0,
  }
}

const names = (bits: number): readonly string[] => PEOPLE.filter((_, who) => (bits & (1 << who)) !== 0)

/** The same rules as a policy file. */
export const policyOf = (rules: ModelRules): Policy =>
  PolicyFile.parse({
    schema: 'vortex-policy/1',
    people: Object.fromEntries(PEOPLE.map((login, who) => [login, { groups: (rules.required & (1 << who)) === 0 ? [] : ['required'] }])),
    domains: Object.fromEntries(
      rules.domains.map(({ approvers, quorum }, at) => [DOMAINS[at], { approvers: names(approvers).map((login) => ({ login })), quorum }]),
    ),
    overall: { quorum: rules.overall, roles: rules.required === 0 ? [] : [{ group: 'required' }] },
    veto: names(rules.veto).map((login) => ({ login })),
    raise: rules.raised === 0 ? [] : [{ when: 'ambiguous', party: 'initiator', quorum: rules.raised }],
  })

/** A request with two texts and two policy files, and its facts for each pair of them. */
export type Scene = { readonly of: ModelCase; readonly facts: readonly (readonly Facts[])[] }

function sceneOf(random: Random): Scene {
  const finds = () => (random() < 0.75 ? 'nothing' : random() < 0.6 ? 'ambiguous' : 'violation')
  const of: ModelCase = {
    initiator: upTo(random, 3),
    counterpart: upTo(random, 3),
    requester: upTo(random, 8),
    finds: [finds(), finds()],
    rules: [rulesOf(random), rulesOf(random)],
  }
  const policies = of.rules.map(policyOf)
  return { of, facts: of.finds.map((_, text) => policies.map((policy, file) => factsOf(of, policy, text, file))) }
}

const party = (role: 'Initiator' | 'Counterpart', domain: number) => ({ role, identity: role, domain: DOMAINS[domain], problem: undefined })

function factsOf(of: ModelCase, policy: Policy, text: number, file: number): Facts {
  const login = PEOPLE[of.requester] ?? 'nobody'
  const found = of.finds[text] ?? 'nothing'
  const findings = found === 'nothing' ? [] : [{ rule: 'E6', severity: found, message: 'Said by the rule.', role: 'Initiator' } as const]
  return {
    now: T0,
    createdAt: T0,
    decideBy: DUE,
    threads: [],
    viewer: { login, kind: 'person' },
    kind: 'admission',
    state: 'open',
    requestedBy: login,
    resource: 'rar',
    policy: { ok: true, policy },
    participants: [party('Initiator', of.initiator), party('Counterpart', of.counterpart)],
    evaluation: { state: 'present', tier: 'Low', hash: 'h', findings },
    digest: { ok: true, digest: digestOf(text, file) },
    sources: [],
    contributors: [{ login, name: login, why: 'filed the request' }],
    votes: [],
    guardian: {},
    delivered: undefined,
  }
}

export const digestOf = (text: number, file: number): string => `${text}/${file}`

/** Scenes are made once: parsing policies is what costs. */
export const scenes = (seed: number): readonly Scene[] => {
  const random = randomOf(seed)
  return Array.from({ length: CASES }, () => sceneOf(random))
}

/** A random interleaving for up to six people with two tabs each. */
export function actsOf(random: Random): readonly Act[] {
  const people = 1 + upTo(random, PEOPLE.length)
  return Array.from({ length: 4 + upTo(random, 14) }, () => actOf(random, people))
}

function actOf(random: Random, people: number): Act {
  const who = upTo(random, people)
  const tab = upTo(random, 2)
  const dice = random()
  if (dice < 0.5) return { type: 'vote', who, tab, no: random() < 0.08 }
  if (dice < 0.6) return { type: 'reload', who, tab }
  if (dice < 0.69) return { type: 'take-back', who }
  if (dice < 0.74) return { type: 'edit', text: upTo(random, 2) }
  if (dice < 0.79) return { type: 'policy', file: upTo(random, 2) }
  if (dice < 0.83) return { type: 'refuse', who }
  if (dice < 0.85) return { type: 'silence', who }
  if (dice < 0.89) return { type: 'look' }
  if (dice < 0.92) return { type: 'rebase' }
  if (dice < 0.95) return { type: 'restart' }
  if (dice < 0.98) return { type: 'merge' }
  return { type: dice < 0.99 ? 'late' : 'delete' }
}
