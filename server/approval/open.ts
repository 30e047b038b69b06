import 'server-only'
import { randomUUID } from 'node:crypto'
import type { Finding } from '#lib/approval/facts.ts'
import type { RequestKind } from '#lib/approval/request.ts'
import { topicsOf } from '#server/approval/notify.ts'
import { insertRequest } from '#server/approval/repo.ts'
import { subjectKey } from '#server/approval/seal.ts'
import type { StoredSubject } from '#server/approval/stored-subject.ts'
import { deadline } from '#server/approval/sync.ts'
import type { Ctx } from '#server/context.ts'
import type { LedgerDraft } from '#server/ledger/append.ts'

/** A request that is files: an AppProfile with its children, or a new policy file. */
export type OpenRequest = {
  readonly kind: Exclude<RequestKind, 'admission'>
  readonly name: string
  readonly namespace: string
  readonly group: string
  readonly resourceKind: string
  /** Plural resource name as Guardian is asked. */
  readonly plural: string
  /** Path in the repository to the whole text. */
  readonly files: Readonly<Record<string, string>>
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
  const id = randomUUID()
  const stored: StoredSubject = {
    parts: {},
    title: request.title,
    plural: request.plural,
    ...(request.domain !== undefined && { domain: request.domain }),
    ...(request.domainProblem !== undefined && { domainProblem: request.domainProblem }),
    editors: [...(request.editors ?? [])],
    findings: [...(request.findings ?? [])],
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
  } as const
  await insertRequest(ctx.db, { ...row, subject: stored, createdAt: ctx.now, updatedAt: ctx.now, decideBy: await deadline(ctx, ctx.now) })
  const body = { requestedBy: ctx.viewer.login, kind, files: Object.keys(files).toSorted() }
  return { id, ledger: [{ action: `${kind}.requested`, subject: subjectKey(row), requestId: id, body }], changed: topicsOf(id) }
}
