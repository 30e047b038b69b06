import 'server-only'
import { createHash } from 'node:crypto'
import { AppError } from '#lib/error.ts'
import { branchName, sealedDigest } from '#lib/approval/digest.ts'
import type { Proposal } from '#lib/delivery/message.ts'
import type { Db } from '#server/adapter/db/client.ts'
import { loadDecision, loadDelivery, loadRequest, sealedFiles } from '#server/delivery/repo.ts'
import { loadPolicy } from '#server/policy/load.ts'
import type { Git, GitFile } from '#server/adapter/git/git.ts'

/** A sealed decision as delivery needs it: the proposal's own facts, its branch and the exact bytes. */
export type Sealed = {
  readonly proposal: Omit<Proposal, 'deciders'>
  readonly approvers: readonly string[]
  readonly branch: string
  readonly sealedAt: Date
  readonly files: readonly GitFile[]
}

/** Throws AppError('invalid') when there is no decision or no bytes: nothing could ever be delivered. */
export async function loadSealed(db: Db, requestId: string): Promise<Sealed> {
  const [request, sealed, way, rows] = await Promise.all([
    loadRequest(db, requestId),
    loadDecision(db, requestId),
    loadDelivery(db, requestId),
    sealedFiles(db, requestId),
  ])
  if (request === undefined || sealed === undefined)
    throw new AppError('invalid', 'This request has no sealed decision, so there is nothing to deliver.')
  if (rows.length === 0) throw new AppError('invalid', 'The sealed decision holds no files, so there is nothing to deliver.')
  const texts = rows.map(({ path, bytes }) => ({ path, after: bytes === null ? undefined : new TextDecoder().decode(bytes) }))
  if (sealedDigest(texts) !== sealed.sealedDigest)
    throw new AppError('invalid', 'The stored bytes are not the bytes that were sealed. Nothing is delivered; tell the platform owner.')
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
    branch: way?.branch ?? branchName(request.name, sealed.digest),
    sealedAt: sealed.sealedAt,
    files: rows.map(({ path, bytes }) => ({ path, bytes: bytes === null ? undefined : new Uint8Array(bytes) })),
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
