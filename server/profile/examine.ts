import 'server-only'
import { documentPath } from '#lib/approval/paths.ts'
import { AppError } from '#lib/error.ts'
import { type CheckedProfile, checkProfile } from '#lib/profile/check-profile.ts'
import { APP_CONCEPTS, withDraft } from '#lib/profile/facts.ts'
import type { CheckAnswer, Impact } from '#lib/profile/view.ts'
import { approversOf, knowsDomain, requiredQuorum } from '#lib/policy/rights.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import type { Ctx } from '#server/context.ts'
import { loadPolicy } from '#server/policy/load.ts'
import { profileFacts, profileParty } from '#server/profile/facts.ts'
import { servedSchemas } from '#server/profile/schema.ts'

export type Examined = CheckAnswer & {
  readonly profile: KubeObject | undefined
  /** Path to whole text of every document that would change. */
  readonly files: Readonly<Record<string, string>>
}

/** Everything there is to say about a text before it is sent. Checking as one types and sending ask this same question. */
export async function examine(ctx: Ctx, text: string): Promise<Examined> {
  const facts = profileFacts(ctx)
  const checked = checkProfile(text, { facts, schemaOf: servedSchemas(ctx) })
  const profile = checked.objects.find((one) => one.concept === 'appProfile')?.object
  const after = withDraft(
    facts,
    Object.fromEntries(
      APP_CONCEPTS.map((concept) => [concept, checked.objects.filter((one) => one.concept === concept).map((one) => one.object)]),
    ),
  )
  const party = profile === undefined ? { problem: 'There is no AppProfile yet.' } : profileParty(profile, after)
  const domain = 'domain' in party ? party.domain : undefined
  const [rights, files] = await Promise.all([rightsOf(ctx, domain), filesOf(ctx, checked)])
  const errors = checked.problems.filter((problem) => problem.severity === 'error').length
  const impact: Impact = {
    name: profile?.metadata.name,
    domain,
    domainProblem: 'problem' in party ? party.problem : undefined,
    ...rights.who,
    files: files.map(({ path, change }) => ({ path, change })),
    blocked: blockedBy(errors, domain, rights, files),
  }
  const sent = files.filter((file) => file.change !== 'same').map((file) => [file.path, file.text])
  return { problems: checked.problems, impact, profile, files: Object.fromEntries(sent) }
}

type Rights = { readonly who: { readonly approvers: readonly string[]; readonly quorum: number }; readonly problem: string | undefined }

async function rightsOf(ctx: Ctx, domain: string | undefined): Promise<Rights> {
  const nobody = { approvers: [], quorum: 0 }
  if (domain === undefined) return { who: nobody, problem: undefined }
  try {
    const loaded = await loadPolicy(ctx)
    if (!loaded.ok) return { who: nobody, problem: `Nobody can approve: ${loaded.problem}` }
    if (!knowsDomain(loaded.policy, domain))
      return { who: nobody, problem: `vortex/policy.yaml does not know ${domain}, so nobody could approve.` }
    const quorum = requiredQuorum(loaded.policy, domain, { roles: ['Initiator'], ambiguous: false, high: false })
    // Who writes does not decide.
    return {
      who: { approvers: approversOf(loaded.policy, domain, ctx.now.getTime()).filter((login) => login !== ctx.viewer.login), quorum },
      problem: undefined,
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { who: nobody, problem: 'The repository cannot be read now, so who would approve is not known.' }
  }
}

type ProposedFile = { readonly path: string; readonly text: string; readonly change: Impact['files'][number]['change'] }

async function filesOf(ctx: Ctx, checked: CheckedProfile): Promise<readonly ProposedFile[]> {
  const files = checked.objects.map(({ object, text }) => ({ path: documentPath(ctx.kube.cluster, object), text }))
  try {
    const head = await ctx.git.head()
    return await Promise.all(
      files.map(async ({ path, text }): Promise<ProposedFile> => {
        const bytes = await ctx.git.read(head, path)
        if (bytes === undefined) return { path, text, change: 'added' }
        return { path, text, change: new TextDecoder().decode(bytes) === text ? 'same' : 'modified' }
      }),
    )
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return files.map((file) => ({ ...file, change: 'unknown' }))
  }
}

function blockedBy(errors: number, domain: string | undefined, rights: Rights, files: readonly ProposedFile[]): string | undefined {
  if (errors > 0) return errors === 1 ? 'One problem is open.' : `${errors} problems are open.`
  if (domain === undefined) return 'It belongs to no domain yet, so nobody could approve it.'
  if (rights.problem !== undefined) return rights.problem
  if (rights.who.approvers.length < rights.who.quorum)
    return `${domain} needs ${rights.who.quorum} to approve and has ${rights.who.approvers.length} besides you.`
  if (files.some((file) => file.change === 'unknown')) return 'The repository cannot be read now, so what would change is not known.'
  if (files.every((file) => file.change === 'same')) return 'Nothing would change: the repository says the same already.'
  return undefined
}
