import { filesOf, readBlobs, type TreeFile } from '../git/repository.ts'
import { type KubeClient, KubeRefusal, type ObjectRef, refOf } from '../kube-client.ts'
import { wordsOf } from '../log.ts'
import { type AppliedDocument, idOf, readDocument } from './document.ts'
import { type Applied, FIELD_MANAGER, type Inventory, type Refused, type Waiting } from './inventory.ts'

export type PassOptions = {
  readonly kube: KubeClient
  readonly repository: string
  readonly commit: string
  /** The folder that belongs to this cluster. */
  readonly under: string
  /** A partial sync: only paths that begin with this are applied, nothing is pruned. */
  readonly only?: string | undefined
}

type Outcome =
  | { readonly kind: 'applied' }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'waiting'; readonly waitsFor: string }

const PARALLEL = 8

/** Answers that say nothing about the document: try later. A schema mismatch comes as 500, so 500 is a refusal. */
const NO_ANSWER_CODES = [401, 429, 503, 504]
const isRefusal = (cause: unknown): cause is KubeRefusal => cause instanceof KubeRefusal && !NO_ANSWER_CODES.includes(cause.code)

/**
 * Goes through one commit's tree: applies what changed since it last succeeded, by wave and kind, then prunes what left the tree.
 * A refusal holds back only what depends on it. Throws when the API server cannot be asked at all.
 */
export async function runPass(options: PassOptions, before: Inventory): Promise<Inventory> {
  const { kube, repository, commit, under, only = '' } = options
  const tree = (await filesOf(repository, commit, under)).filter(({ path }) => /\.ya?ml$/.test(path))
  const open = tree.filter(({ path, blob }) => before.applied.get(path)?.blob !== blob)
  const todo = open.filter(({ path }) => path.startsWith(only))
  const { documents, unreadable } = await readAll(repository, todo)
  const outcomes = await applyAll(kube, documents)

  const applied = new Map(before.applied)
  const refused: Refused[] = [...unreadable, ...kept(before.refused, todo, open)]
  const waiting: Waiting[] = kept(before.waiting, todo, open)
  for (const document of documents) {
    const { path, blob, object, id } = document
    const outcome = outcomes.get(document)
    if (outcome?.kind === 'applied') applied.set(path, { blob, ref: refOf(object) })
    if (outcome?.kind === 'refused') refused.push({ path, object: id, message: outcome.message })
    if (outcome?.kind === 'waiting')
      waiting.push({ path, object: id, message: `Waits for ${outcome.waitsFor}.`, waitsFor: outcome.waitsFor })
  }
  if (only === '') refused.push(...(await prune(kube, before, applied, tree)))
  return {
    commit: only === '' ? commit : before.commit,
    appliedAt: new Date().toISOString(),
    refused: byPath(refused),
    waiting: byPath(waiting),
    applied,
  }
}

const byPath = <Entry extends Refused>(entries: Entry[]): Entry[] => entries.sort((a, b) => (a.path < b.path ? -1 : 1))

/** Earlier refusals that a partial sync did not look at again: the file is still there, and still not applied. */
const kept = <Entry extends Refused>(entries: readonly Entry[], todo: readonly TreeFile[], open: readonly TreeFile[]): Entry[] =>
  entries.filter(({ path }) => !todo.some((file) => file.path === path) && open.some((file) => file.path === path))

async function readAll(repository: string, files: readonly TreeFile[]): Promise<{ documents: AppliedDocument[]; unreadable: Refused[] }> {
  const texts = await readBlobs(repository, [...new Set(files.map(({ blob }) => blob))])
  const documents: AppliedDocument[] = []
  const unreadable: Refused[] = []
  for (const { path, blob } of files) {
    try {
      documents.push(readDocument(path, blob, texts.get(blob) ?? ''))
    } catch (cause) {
      unreadable.push({ path, object: '', message: wordsOf(cause) })
    }
  }
  return { documents, unreadable }
}

async function applyAll(kube: KubeClient, documents: readonly AppliedDocument[]): Promise<Map<AppliedDocument, Outcome>> {
  const byId = new Map(documents.map((document) => [document.id, document]))
  const running = new Map<AppliedDocument, Promise<Outcome>>()
  const outcomes = new Map<AppliedDocument, Outcome>()
  const apply = (document: AppliedDocument, chain: readonly AppliedDocument[] = []): Promise<Outcome> => {
    const known = running.get(document)
    if (known !== undefined) return known
    const work = attempt(document, [...chain, document])
    running.set(document, work)
    return work
  }
  const attempt = async (document: AppliedDocument, chain: readonly AppliedDocument[]): Promise<Outcome> => {
    for (const id of document.dependsOn) {
      const first = byId.get(id)
      if (first === undefined) continue
      if (chain.includes(first)) return { kind: 'refused', message: `It depends on itself through ${id}.` }
      if ((await apply(first, chain)).kind !== 'applied') return { kind: 'waiting', waitsFor: id }
    }
    try {
      await kube.apply(document.object, FIELD_MANAGER)
      return { kind: 'applied' }
    } catch (cause) {
      if (!isRefusal(cause)) throw cause
      return { kind: 'refused', message: cause.message }
    }
  }
  for (const rank of ranks(documents)) {
    const queue = [...rank]
    const lanes = Array.from({ length: Math.min(PARALLEL, queue.length) }, async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) outcomes.set(next, await apply(next))
    })
    await Promise.all(lanes)
  }
  return outcomes
}

/** Groups in the order of wave, then kind; inside a group order does not matter. */
function ranks(documents: readonly AppliedDocument[]): AppliedDocument[][] {
  const groups = new Map<string, AppliedDocument[]>()
  const sorted = [...documents].sort((a, b) => a.wave - b.wave || a.kindRank - b.kindRank || (a.path < b.path ? -1 : 1))
  for (const document of sorted) {
    const key = `${document.wave} ${document.kindRank}`
    groups.set(key, [...(groups.get(key) ?? []), document])
  }
  return [...groups.values()]
}

/** Deletes what was applied before and has no file any more. A file that cannot be applied keeps its earlier object. */
async function prune(kube: KubeClient, before: Inventory, applied: Map<string, Applied>, tree: readonly TreeFile[]): Promise<Refused[]> {
  const paths = new Set(tree.map(({ path }) => path))
  for (const path of applied.keys()) if (!paths.has(path)) applied.delete(path)
  const wanted = new Set([...applied.values()].map(({ ref }) => idOf(ref)))
  const gone = [...before.applied].filter(([, { ref }]) => !wanted.has(idOf(ref)))
  const refused: Refused[] = []
  const namespacesLast = ({ kind }: ObjectRef): number => (kind === 'Namespace' ? 1 : kind === 'CustomResourceDefinition' ? 2 : 0)
  for (const [path, entry] of gone.sort(([, a], [, b]) => namespacesLast(a.ref) - namespacesLast(b.ref))) {
    try {
      await kube.remove(entry.ref)
    } catch (cause) {
      if (!isRefusal(cause)) throw cause
      refused.push({ path, object: idOf(entry.ref), message: cause.message })
      applied.set(path, entry)
    }
  }
  return refused
}
