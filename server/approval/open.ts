import 'server-only'
import { randomUUID } from 'node:crypto'
import type { Finding, Participant } from '#lib/approval/facts.ts'
import type { RequestKind } from '#lib/approval/request.ts'
import { AppError } from '#lib/error.ts'
import { topicsOf } from '#server/approval/notify.ts'
import { insertRequest } from '#server/approval/repo.ts'
import { subjectKey } from '#server/approval/seal.ts'
import type { StoredSubject } from '#server/approval/stored-subject.ts'
import { deadline } from '#server/approval/sync.ts'
import type { Ctx } from '#server/context.ts'
import type { LedgerDraft } from '#server/ledger/append.ts'

/** A request that is files: an AppProfile with its children, a new policy file, or the inverse of an approved request. */
export type OpenRequest = {
  /** The id, where the caller has one that makes sending twice open one. */
  readonly id?: string
  readonly kind: Exclude<RequestKind, 'admission'>
  readonly name: string
  readonly namespace: string
  readonly group: string
  readonly resourceKind: string
  /** Plural resource name as Guardian is asked. */
  readonly plural: string
  /** Path in the repository to the whole text; null deletes it. */
  readonly files: Readonly<Record<string, string | null>>
  /** The request that this one takes back, and digests of what it had approved. */
  readonly undoes?: string
  readonly approved?: Readonly<Record<string, string | null>>
  readonly participants?: readonly Participant[]
  readonly justification?: string
  /** One sentence for the page. */
  readonly title: string
  /** The party of a profile: the domain that answers for it, or why none does. */
  readonly domain?: string
  readonly domainProblem?: string
  /** Everybody who edited the draft; they may not decide. */
  readonly editors?: readonly string[]
  readonly findings?: readonly Omit<Finding, 'role'>[]
}

export type Opened = { readonly id: string; readonly ledger: readonly LedgerDraft[]; readonly changed: readonly string[] }

/**
 * Opens a request inside the caller's command: the caller hands `ledger` and `changed` on in what it returns, so that both
 * commit with the row. The digest is made at the next reading, from the repository as it stands then.
 */
export async function openRequest(ctx: Ctx, request: OpenRequest): Promise<Opened> {
  const id = request.id ?? randomUUID()
  const stored: StoredSubject = {
    parts: {},
    title: request.title,
    plural: request.plural,
    ...(request.domain !== undefined && { domain: request.domain }),
    ...(request.domainProblem !== undefined && { domainProblem: request.domainProblem }),
    editors: [...(request.editors ?? [])],
    findings: [...(request.findings ?? [])],
    ...(request.participants !== undefined && { participants: [...request.participants] }),
    ...(request.justification !== undefined && { justification: request.justification }),
    ...(request.approved !== undefined && { approved: { ...request.approved } }),
  }
  const { kind, name, namespace, group, resourceKind, files } = request
  const row = {
    id,
    uid: id,
    kind,
    name,
    namespace,
    group,
    resourceKind,
    files,
    cluster: ctx.kube.cluster,
    state: 'open',
    requestedBy: ctx.viewer.login,
    undoes: request.undoes ?? null,
  } as const
  const due = await deadline(ctx, ctx.now)
  if (!(await insertRequest(ctx.db, { ...row, subject: stored, createdAt: ctx.now, updatedAt: ctx.now, decideBy: due })))
    throw new AppError('conflict', 'There is a request with this id already. Load the page again.')
  const body = {
    requestedBy: ctx.viewer.login,
    kind,
    files: Object.keys(files).toSorted(),
    ...(request.undoes !== undefined && { undoes: request.undoes }),
  }
  return { id, ledger: [{ action: `${kind}.requested`, subject: subjectKey(row), requestId: id, body }], changed: topicsOf(id) }
}
