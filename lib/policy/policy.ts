import { z } from 'zod'
import type { Level } from '#lib/access/level.ts'

/** Where the policy file stands in the GitOps repository (decisions.md 5). */
export const POLICY_PATH = 'vortex/policy.yaml'

const Login = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._@:-]*$/, 'A person is named by the sign-in login in lower case, for example maria.santos.')
const Name = z.string().min(1, 'Give a name or remove the line.')
const Quorum = z.number().int('A quorum is a whole number.').min(1, 'A quorum is at least 1; a domain without approvers is left out.')
const Duration = z
  .string()
  .regex(/^P(?=\d|T\d)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?)?$/, 'Write a duration as days, hours and minutes, for example P5D or PT12H.')

const Who = z
  .strictObject({ group: Name.optional(), login: Login.optional() })
  .refine((who) => (who.group === undefined) !== (who.login === undefined), 'Name exactly one of group or login.')

const Share = z.number().min(0, 'A share is between 0 and 1.').max(1, 'A share is between 0 and 1.')
const Until = z.iso.datetime({ error: 'Write the end as UTC time, for example 2026-12-31T23:59:59Z.' })

/** So many of the approvals must come from people of one group. */
const Role = z.strictObject({
  group: Name,
  count: z.number().int('A count is a whole number.').min(1, 'A count is at least 1.').default(1),
})

const LEVELS = ['Full', 'Operational', 'Dependency'] as const satisfies readonly Level[]

/** The policy file. Unknown keys are refused; what is absent gives no right (decisions.md 5). */
export const PolicyFile = z
  .strictObject({
    schema: z.literal('vortex-policy/1', 'This portal reads schema: vortex-policy/1.'),
    people: z.record(Login, z.strictObject({ groups: z.array(Name).default([]), emails: z.array(Name).default([]) })).default({}),
    domains: z
      .record(Name, z.strictObject({ approvers: z.array(Who).default([]), quorum: Quorum, roles: z.array(Role).default([]) }))
      .default({}),
    overall: z.strictObject({ quorum: Quorum, roles: z.array(Role).default([]) }).default({ quorum: 2, roles: [] }),
    veto: z.array(Who).default([]),
    delegations: z.array(z.strictObject({ from: Login, to: Login, domains: z.array(Name).optional(), until: Until })).default([]),
    raise: z
      .array(
        z.strictObject({
          when: z.enum(['ambiguous', 'high'], 'when is ambiguous (a finding of that severity) or high (the risk tier).'),
          party: z.enum(['initiator', 'counterpart', 'both'], 'party is initiator, counterpart or both.'),
          quorum: Quorum,
        }),
      )
      .default([]),
    merge: z
      .strictObject({ who: z.array(Who).default([]), soleApprover: z.boolean().default(false) })
      .default({ who: [], soleApprover: false }),
    levels: z.record(Name, z.record(Name, z.enum(LEVELS, 'A level is Full, Operational or Dependency.'))).default({}),
    clocks: z
      .strictObject({
        decideBy: Duration.optional(),
        executeBy: Duration.optional(),
        escalate: z.strictObject({ after: Duration, to: z.array(Who).min(1, 'Say who is asked then.') }).optional(),
      })
      .default({}),
    autoAdmission: z.strictObject({ enabled: z.boolean(), sample: Share.default(0) }).default({ enabled: false, sample: 0 }),
  })
  .superRefine((file, ctx) => {
    for (const [index, { from, to }] of file.delegations.entries())
      if (from === to)
        ctx.addIssue({
          code: 'custom',
          path: ['delegations', index, 'to'],
          message: 'Nobody delegates to themselves. Name another person.',
        })
    const owner = new Map<string, string>()
    for (const [login, person] of Object.entries(file.people))
      for (const [index, email] of person.emails.entries()) {
        const other = owner.get(email.toLowerCase())
        if (other !== undefined && other !== login)
          ctx.addIssue({
            code: 'custom',
            path: ['people', login, 'emails', index],
            message: `${email} also belongs to ${other}. One address names one person; remove it from one of them.`,
          })
        owner.set(email.toLowerCase(), login)
      }
  })

export type Policy = z.output<typeof PolicyFile>
export type PolicyRole = Policy['overall']['roles'][number]
export type PolicyWho = Policy['domains'][string]['approvers'][number]

/** The policy with the commit it was read at and the digest of its meaning; comments and order do not enter. */
export type PolicyVersion = { readonly commit: string; readonly digest: string }
