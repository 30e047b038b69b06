import 'server-only'
import { createHash } from 'node:crypto'
import { AppError } from '#lib/error.ts'
import { branchName } from '#lib/approval/digest.ts'
import { brokenLink, brokenText } from '#lib/delivery/chain.ts'
import type { Proposal } from '#lib/delivery/message.ts'
import type { Db } from '#server/adapter/db/client.ts'
import { decidingEntries, type DeliveryRow, loadDecision, loadDelivery, loadRequest, sealedFiles, votesFor } from '#server/delivery/repo.ts'
import { loadPolicy } from '#server/policy/load.ts'
import type { Git, GitFile } from '#server/adapter/git/git.ts'

/** A sealed decision as delivery needs it: the proposal's own facts, its branch and the exact bytes. */
export type Sealed = {
  readonly proposal: Omit<Proposal, 'deciders'>
  readonly approvers: readonly string[]
  readonly branch: string
  readonly way: DeliveryRow | undefined
  /** Where main stood when the decision was sealed. */
  readonly decidedOn: string
  readonly sealedAt: Date
  readonly files: readonly GitFile[]
}

/**
 * Loads a decision and checks its chain from the votes to the stored bytes. Throws AppError('invalid') when there is no
 * decision, no bytes, or a link that does not hold: nothing of it may ever be delivered.
 */
export async function loadSealed(db: Db, requestId: string): Promise<Sealed> {
  const [request, sealed, way, rows, votes, entries] = await Promise.all([
    loadRequest(db, requestId),
    loadDecision(db, requestId),
    loadDelivery(db, requestId),
    sealedFiles(db, requestId),
    votesFor(db, requestId),
    decidingEntries(db, requestId),
  ])
  if (request === undefined || sealed === undefined)
    throw new AppError('invalid', 'This request has no sealed decision, so there is nothing to deliver.')
  if (rows.length === 0) throw new AppError('invalid', 'The sealed decision holds no files, so there is nothing to deliver.')
  const broken = brokenLink({
    decision: sealed,
    requestId,
    votes,
    entries: entries.map(({ bytes, leafHash }) => ({ text: exactText(bytes), leafHash })),
    files: rows.map(({ path, bytes }) => ({ path, text: bytes === null ? undefined : exactText(bytes) })),
  })
  if (broken !== undefined) throw new AppError('invalid', brokenText(broken))
  return {
    proposal: {
      requestId,
      kind: request.kind,
      name: request.name,
      outcome: sealed.outcome,
      digest: sealed.digest,
      sealedDigest: sealed.sealedDigest,
      ledgerSeq: sealed.ledgerSeq,
    },
    approvers: sealed.approvers,
    branch: branchName(request.name, sealed.digest),
    way,
    decidedOn: sealed.policyVersion.split(' ')[0] ?? '',
    sealedAt: sealed.sealedAt,
    files: rows.map(({ path, bytes }) => ({ path, bytes: bytes === null ? undefined : new Uint8Array(bytes) })),
  }
}

/** The text of exactly these bytes; null where they are no UTF-8. A byte order mark stays: it is a byte like any other. */
function exactText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** Git's id of a blob with these bytes. */
export const blobOf = (bytes: Uint8Array): string => createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')

/** Paths at which a commit does not hold exactly the sealed bytes. */
export async function differing(git: Git, commit: string, files: readonly GitFile[]): Promise<readonly string[]> {
  const found = await git.blobs(
    commit,
    files.map(({ path }) => path),
  )
  return files.flatMap(({ path, bytes }) => {
    const blob = found.get(path)
    return blob === (bytes === undefined ? undefined : blobOf(bytes)) ? [] : [path]
  })
}

/** `login <address>` as the policy file on main knows the person; the login alone where it names no address. */
export async function signaturesOf(
  git: Git,
  logins: readonly string[],
): Promise<readonly { readonly name: string; readonly email: string }[]> {
  const policy = await loadPolicy({ git })
  return logins.map((login) => ({ name: login, email: (policy.ok ? policy.policy.people[login]?.emails[0] : undefined) ?? login }))
}
