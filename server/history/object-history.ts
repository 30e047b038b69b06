import 'server-only'
import { z } from 'zod'
import { documentPath } from '#lib/approval/paths.ts'
import { AppError } from '#lib/error.ts'
import { conditionEvents } from '#lib/history/condition-events.ts'
import type { HistoryEvent, HistoryPage, HistorySource } from '#lib/history/event.ts'
import { mergeEvents, olderThan } from '#lib/history/merge.ts'
import { redactEvent } from '#lib/history/redact.ts'
import { refKey, type ResourceRef } from '#lib/kube/ref.ts'
import type { GitChange } from '#server/adapter/git/git.ts'
import type { Ctx } from '#server/context.ts'
import { inCluster } from '#server/access/in-cluster.ts'
import { auditEvent, concerns } from '#server/history/audit-events.ts'
import { documentEvent, lightEvent } from '#server/history/git-events.ts'
import { ledgerEvent } from '#server/history/ledger-events.ts'
import { asServed, ObjectInput } from '#server/history/object-input.ts'
import { gapEvent, recordedEvent } from '#server/history/recorded-events.ts'
import { changesOf, coveredKind, gapsOf } from '#server/history/repo-recorded.ts'
import { createScene, type Scene } from '#server/history/scene.ts'
import { ledgerRows } from '#server/history/repo.ts'
import { query } from '#server/verb.ts'

const PAGE = 40
/** Of each source at most so many are looked through for one object. */
const PER_SOURCE = 300

const Input = ObjectInput.extend({ after: z.string().max(400).optional() })

/** Everything recorded about one object, newest first: ledger, Git, Guardian's audit rows, live conditions. A silent source is named. */
export const objectHistory = query({
  name: 'history.object',
  input: Input,
  needs: () => ({ signedIn: true }),
  machine: true,
  async run(asker, { after, ...asked }): Promise<HistoryPage> {
    const ctx = inCluster(asker, asked.cluster) ?? asker
    const ref = asServed(ctx, asked)
    const scene = await createScene(ctx)
    const changes = ctx.git.log({ path: pathOf(ref), limit: PER_SOURCE })
    const read = await Promise.all([
      tried('Ledger', () => fromLedger(ctx, ref)),
      tried('Git', async () => (await changes).map((change) => lightEvent(scene, change, ref))),
      tried('Guardian', () => fromAudit(scene, ref)),
      tried('Recorder', () => fromRecorder(ctx, ref)),
      tried('Cluster', async () => fromCluster(scene, ref)),
    ])
    const covered = await coveredKind(ctx.db, ref)
    const all = mergeEvents(...read.map(({ events }) => events))
    const cursor = cursorOf(after)
    const rest = cursor === undefined ? all : olderThan(all, cursor)
    const shown = rest.slice(0, PAGE)
    const last = shown.at(-1)
    const level = await scene.levelOfRef(ref)
    const full = await Promise.all(shown.map((event) => withFields(scene, event, changes, ref)))
    return {
      entries: full.map((event) => redactEvent(event, level)),
      next: rest.length > PAGE && last !== undefined ? `${last.at}~${last.id}` : undefined,
      searchedTo: undefined,
      levelProblem: scene.levelProblem(),
      coverage:
        covered === undefined
          ? { state: 'unrecorded' }
          : { state: 'recorded', since: covered.since.toISOString(), until: covered.vouchedAt.toISOString() },
      problems: read.flatMap(({ problem }) => (problem === undefined ? [] : [problem])),
    }
  },
})

export const cursorOf = (text: string | undefined): { readonly at: string; readonly id: string } | undefined => {
  const cut = text?.indexOf('~') ?? -1
  return text === undefined || cut < 1 ? undefined : { at: text.slice(0, cut), id: text.slice(cut + 1) }
}

type Read = { readonly events: readonly HistoryEvent[]; readonly problem: HistoryPage['problems'][number] | undefined }

/** A source that does not answer leaves a gap with its name, not an empty page. */
export async function tried(source: HistorySource, read: () => Promise<readonly HistoryEvent[]>): Promise<Read> {
  try {
    return { events: await read(), problem: undefined }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { events: [], problem: { source, problem: error.message } }
  }
}

/** Decisions are about one cluster, so their subjects do not name it. */
async function fromLedger({ db, clusters }: Ctx, ref: ResourceRef): Promise<readonly HistoryEvent[]> {
  if (ref.cluster !== clusters[0].cluster) return []
  return (await ledgerRows(db, { subject: refKey(ref) }, PER_SOURCE)).map((row) => ledgerEvent(row, ref.cluster))
}

const pathOf = (ref: ResourceRef): string =>
  documentPath(ref.cluster, {
    apiVersion: ref.group === '' ? 'v1' : `${ref.group}/v1`,
    kind: ref.kind,
    metadata: { name: ref.name, ...(ref.namespace !== '' && { namespace: ref.namespace }) },
  })

/** Contents are read for what is shown only. */
async function withFields(
  scene: Scene,
  event: HistoryEvent,
  changes: Promise<readonly GitChange[]>,
  ref: ResourceRef,
): Promise<HistoryEvent> {
  if (event.source !== 'Git') return event
  const change = (await changes).find(({ commit }) => commit === event.commit)
  return change === undefined ? event : documentEvent(scene, change, pathOf(ref), ref)
}

async function fromAudit(scene: Scene, ref: ResourceRef): Promise<readonly HistoryEvent[]> {
  if (scene.ctx.audit.age().state === 'off') throw new AppError('unavailable', 'The audit source is not connected.')
  const rows = await scene.ctx.audit.page({ resource: ref.name, limit: PER_SOURCE })
  const isHome = ref.cluster === scene.ctx.clusters[0].cluster
  return rows.filter((row) => concerns(row, ref) && (isHome || row.cluster === ref.cluster)).map((row) => auditEvent(scene, row, ref))
}

/** Its changes, and the times of its life in which nobody watched its kind. */
async function fromRecorder({ db }: Ctx, ref: ResourceRef): Promise<readonly HistoryEvent[]> {
  const [changes, gaps] = await Promise.all([changesOf(db, ref, PER_SOURCE), gapsOf(db, ref, PER_SOURCE)])
  const oldest = changes.at(-1)?.at
  const own = oldest === undefined ? [] : gaps.filter(({ until }) => until > oldest)
  return [...changes.map(recordedEvent), ...own.map((gap) => gapEvent(gap, ref))]
}

function fromCluster(scene: Scene, ref: ResourceRef): readonly HistoryEvent[] {
  const found = scene.ctx.kube.get(ref.group, ref.kind, ref.namespace, ref.name)
  if (ref.cluster !== scene.ctx.kube.cluster) throw new AppError('unavailable', `This portal does not read the cluster ${ref.cluster}.`)
  if (found.state === 'down') throw new AppError('unavailable', `The cluster did not answer: ${found.problem}.`)
  if (found.value === undefined) return []
  return conditionEvents(ref.cluster, found.value)
}
