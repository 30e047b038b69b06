import 'server-only'
import { parse } from 'yaml'
import { z } from 'zod'
import type { HistoryEvent, Subject } from '#lib/history/event.ts'
import { type FieldChange, fieldDiff } from '#lib/history/field-diff.ts'
import { isGovernanceEvent, refOfPath } from '#lib/history/git-path.ts'
import { MASKED, maskedPart } from '#lib/kube/mask.ts'
import type { ResourceRef } from '#lib/kube/ref.ts'
import type { GitChange } from '#server/adapter/git/git.ts'
import type { Scene } from '#server/history/scene.ts'

const Event = z.looseObject({
  changeType: z.enum(['governance', 'operational', 'binding-state', 'operator-event']).optional().catch(undefined),
  rationale: z.looseObject({ text: z.string() }).optional().catch(undefined),
  regulatoryReference: z.string().optional().catch(undefined),
})
type GovernanceEvent = z.output<typeof Event>

/** One commit as one event about everything it touched. */
export async function commitEvent(scene: Scene, change: GitChange): Promise<HistoryEvent> {
  const governance = await governanceOf(scene, change)
  const all = change.paths.flatMap(({ path }): readonly Subject[] => {
    if (isGovernanceEvent(path)) return []
    const ref = refOfPath(path, scene.served)
    return [{ text: ref === undefined ? path : `${ref.kind}/${ref.name}`, ref }]
  })
  return {
    ...base(scene, change, governance),
    id: `git-${change.commit.slice(0, 12)}`,
    what: change.subject,
    fields: [],
    subjects: all,
  }
}

/** The same without its fields and recorded reason: enough to find its place in a timeline. */
export const lightEvent = (scene: Scene, change: GitChange, ref: ResourceRef): HistoryEvent => ({
  ...base(scene, change, undefined),
  id: `git-${change.commit.slice(0, 12)}`,
  what: change.subject,
  fields: [],
  subjects: [{ text: `${ref.kind}/${ref.name}`, ref }],
})

/** One commit as an event about one object, with the fields that it changed there. */
export async function documentEvent(scene: Scene, change: GitChange, path: string, ref: ResourceRef): Promise<HistoryEvent> {
  const { git } = scene.ctx
  const [parent] = change.parents
  const [before, after, governance] = await Promise.all([
    parent === undefined ? undefined : git.read(parent, path),
    git.read(change.commit, path),
    governanceOf(scene, change),
  ])
  return {
    ...base(scene, change, governance),
    id: `git-${change.commit.slice(0, 12)}`,
    what: change.subject,
    fields: withoutKeys(ref, fieldDiff(textOf(before), textOf(after))),
    subjects: [{ text: `${ref.kind}/${ref.name}`, ref }],
  }
}

/** That key material changed is told once, and nothing of what it was (kinds.md 9). */
function withoutKeys(ref: ResourceRef, fields: readonly FieldChange[]): readonly FieldChange[] {
  const shown = new Map<string, FieldChange>()
  for (const field of fields) {
    const part = maskedPart(ref, field.path)
    shown.set(part ?? field.path, part === undefined ? field : { path: part, from: MASKED, to: MASKED })
  }
  return [...shown.values()]
}

const textOf = (bytes: Uint8Array | undefined): string | undefined => bytes && new TextDecoder().decode(bytes)

function base(
  scene: Scene,
  change: GitChange,
  governance: GovernanceEvent | undefined,
): Omit<HistoryEvent, 'id' | 'what' | 'fields' | 'subjects'> {
  const trailer = (key: string): readonly string[] => change.trailers.flatMap((each) => (each.key === key ? [each.value] : []))
  const deciders = [...trailer('Approved-by'), ...trailer('Denied-by')].map((text) => text.replace(/\s*<.*$/, ''))
  const person = scene.personOf(change.author)
  const message = withoutTrailers(change)
  const isMerge = change.parents.length > 1
  return {
    at: change.committer.at,
    source: 'Git',
    changeType: governance?.changeType ?? (deciders.length > 0 ? 'governance' : 'operational'),
    tone: isMerge ? 'working' : 'ok',
    who: deciders.length > 0 && !isMerge ? `${person} for ${deciders.join(', ')}` : person,
    why: governance?.rationale?.text ?? (message === '' ? undefined : message),
    commit: change.commit,
    audit: undefined,
    request: trailer('Vortex-Request').find((id) => /^[0-9a-f-]{36}$/.test(id)),
    ledgerSeq: undefined,
    derived: undefined,
  }
}

function withoutTrailers({ body, trailers }: GitChange): string {
  const known = new Set(trailers.map(({ key, value }) => `${key}: ${value}`))
  const reference = trailers.filter(({ key }) => /reference/i.test(key)).map(({ key, value }) => `${key}: ${value}`)
  const text = body.split('\n').filter((line) => !known.has(line.trim()))
  return [...text, ...reference].join('\n').trim()
}

/** The GovernanceEvent committed together with the change holds its reason (retrieval.md 4). */
async function governanceOf(scene: Scene, change: GitChange): Promise<GovernanceEvent | undefined> {
  const path = change.paths.find((each) => isGovernanceEvent(each.path) && each.status !== 'D')?.path
  const bytes = path === undefined ? undefined : await scene.ctx.git.read(change.commit, path)
  return bytes === undefined ? undefined : readEvent(new TextDecoder().decode(bytes))
}

function readEvent(text: string): GovernanceEvent | undefined {
  try {
    return Event.safeParse(parse(text, { maxAliasCount: 0 })).data
  } catch {
    return undefined
  }
}
