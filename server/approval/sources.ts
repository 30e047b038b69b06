import 'server-only'
import type { Concept } from '#lib/kube/concept.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { DECLARED } from '#lib/relationship/declared.ts'
import type { RelationshipObjects } from '#lib/relationship/evaluation.ts'
import type { Sourced } from '#lib/sourced.ts'
import type { Ctx } from '#server/context.ts'
import { AppError } from '#lib/error.ts'

/** A policy file older than this no longer admits a decision; a Git host that is away for less delays delivery only. */
export const GIT_AGE_MAX_MS = 120_000

const valueOf = <T>(sourced: Sourced<readonly T[]>): readonly T[] => (sourced.state === 'down' ? [] : sourced.value)

/** The declared state that the rules read, and in words what of it is silent or old. */
export function declaredState(ctx: Pick<Ctx, 'kube' | 'git' | 'now'>): {
  readonly objects: RelationshipObjects
  readonly problems: readonly string[]
} {
  const problems = new Set<string>()
  const read = (concept: Concept): readonly KubeObject[] => {
    const sourced = ctx.kube.list(concept)
    if (sourced.state !== 'fresh') problems.add(`Kubernetes: ${sourced.problem}.`)
    return valueOf(sourced)
  }
  const entries = Object.entries(DECLARED).map(([part, concept]) => [part, read(concept)])
  const objects = Object.fromEntries(entries) as RelationshipObjects // safe: the keys of DECLARED are those of RelationshipObjects
  return { objects, problems: [...problems, ...gitProblems(ctx)] }
}

/** Silence of Git counts once the mirror is too old to say what the policy file is. */
export function gitProblems(ctx: Pick<Ctx, 'git' | 'now'>): readonly string[] {
  const age = ctx.git.age()
  if (age.at === undefined) return [`Git: ${age.problem ?? 'not read yet'}.`]
  return ctx.now.getTime() - age.at > GIT_AGE_MAX_MS ? [`Git has not answered since ${new Date(age.at).toISOString()}.`] : []
}

/** Brings the mirror up to date: nobody decides on yesterday's policy. A silent host is no error here: `gitProblems` says when it matters. */
export async function freshenGit(ctx: Pick<Ctx, 'git'>): Promise<void> {
  await ctx.git.fetch().catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error
  })
}

/** A thousand open requests with a few readings each; with fewer, every pass would read everything again. */
const MEMO_MAX = 8_192
/** Longer texts are read again: a few huge documents must not fill the memory. */
const TEXT_KEPT_MAX = 65_536
const memo = new Map<string, Promise<unknown>>()

/** Remembers what was read at one commit: it cannot change. Failures are not remembered. */
export async function atCommit<T>(key: string, read: () => Promise<T>): Promise<T> {
  const found = memo.get(key)
  // safe: the key names the reader and its arguments, so what it holds has the reader's type
  if (found !== undefined) return (await found) as T
  const made = read()
  memo.set(key, made)
  if (memo.size > MEMO_MAX) memo.delete(memo.keys().next().value ?? key)
  return made.catch((error: unknown) => {
    memo.delete(key)
    throw error
  })
}

/** The text of one file at one commit; undefined when it is not there. */
export async function textAt(ctx: Ctx, commit: string, path: string): Promise<string | undefined> {
  const key = `text ${ctx.git.url} ${commit} ${path}`
  const text = await atCommit(key, async () => {
    const bytes = await ctx.git.read(commit, path)
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes)
  })
  if (text !== undefined && text.length > TEXT_KEPT_MAX) memo.delete(key)
  return text
}
