import 'server-only'
import { parsePolicy, policyProblemText } from '#lib/policy/parse.ts'
import { POLICY_PATH, type Policy, type PolicyVersion } from '#lib/policy/policy.ts'
import { policyDigest } from '#lib/policy/rights.ts'
import type { Ctx } from '#server/context.ts'

/** The policy file at one commit, or why deciding is closed: which line, which rule, who can correct it. */
export type LoadedPolicy =
  | { readonly ok: true; readonly policy: Policy; readonly version: PolicyVersion }
  | { readonly ok: false; readonly problem: string; readonly commit: string | undefined }

/** The commit that was looked at, also where the file there cannot be read. */
export const headOf = (loaded: LoadedPolicy): string | undefined => (loaded.ok ? loaded.version.commit : loaded.commit)

const CACHE_MAX = 32
// A commit never changes, so what was read at it never does; only readable outcomes of a read are kept.
const known = new Map<string, LoadedPolicy>()

/** Reads `vortex/policy.yaml` at the main branch's head, or at a given commit. Throws only what Git throws for a head it cannot name. */
export async function loadPolicy(ctx: Pick<Ctx, 'git'>, at?: string): Promise<LoadedPolicy> {
  const commit = at ?? (await currentHead(ctx.git))
  const key = `${ctx.git.url} ${commit}`
  const cached = known.get(key)
  if (cached !== undefined) return cached
  const loaded = await readPolicy(ctx, commit)
  known.set(key, loaded)
  for (const oldest of known.keys()) {
    if (known.size <= CACHE_MAX) break
    known.delete(oldest)
  }
  return loaded
}

/** One look at the head serves everything that a page asks within this time; a fetch makes a new look. */
const HEAD_REUSE_MS = 500
const heads = new Map<string, { readonly fetchedAt: number | undefined; readonly at: number; readonly head: Promise<string> }>()

async function currentHead(git: Ctx['git']): Promise<string> {
  const fetchedAt = git.age().at
  const last = heads.get(git.url)
  if (last !== undefined && last.fetchedAt === fetchedAt && performance.now() - last.at < HEAD_REUSE_MS) return last.head
  const head = git.head()
  heads.set(git.url, { fetchedAt, at: performance.now(), head })
  head.catch(() => heads.delete(git.url))
  return head
}

async function readPolicy(ctx: Pick<Ctx, 'git'>, commit: string): Promise<LoadedPolicy> {
  const bytes = await ctx.git.read(commit, POLICY_PATH)
  if (bytes === undefined)
    return {
      ok: false,
      commit,
      problem: `the repository has no ${POLICY_PATH}, so nobody has a right to approve. A platform owner adds it through Git.`,
    }
  const parsed = parsePolicy(new TextDecoder().decode(bytes))
  if (parsed.ok) return { ok: true, policy: parsed.value, version: { commit, digest: policyDigest(parsed.value) } }
  const [first, ...rest] = parsed.error
  const more = rest.length === 0 ? '' : ` (and ${rest.length} more)`
  const text = first === undefined ? `${POLICY_PATH} cannot be read.` : policyProblemText(first)
  return { ok: false, commit, problem: `${text}${more} A platform owner corrects it through Git.` }
}
