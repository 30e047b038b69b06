import { digestOf } from '#lib/canonical.ts'

/** Version of the templates in render.ts; a vote names it, because it shapes the bytes that are committed (decisions.md 8). */
export const TEMPLATE_VERSION = 'vortex-render/2'

/** What a vote carries: everything that has meaning for the decision, and nothing that only surrounds it. */
export type Meaning = {
  /** The request without its decision; null for a request that is only files. */
  readonly spec: unknown
  /** Digests of both governing policies' specs. */
  readonly policies: readonly string[]
  readonly evaluationHash: string | undefined
  /** Rendered files with placeholders. */
  readonly files: readonly { readonly path: string; readonly after: string | undefined }[]
  readonly approvalPolicy: string
}

/** Digest of meaning (product.md: a vote names what was seen): RFC 8785 JSON, SHA-256. */
export const meaningDigest = (meaning: Meaning): string =>
  digestOf({
    spec: meaning.spec ?? null,
    policies: meaning.policies,
    evaluationHash: meaning.evaluationHash ?? null,
    files: meaning.files.map(({ path, after }) => ({ path, after: after ?? null })),
    template: TEMPLATE_VERSION,
    approvalPolicy: meaning.approvalPolicy,
  })

/** Digest of final bytes: path and SHA-256 of each file in the order of their paths. */
export const sealedDigest = (files: readonly { readonly path: string; readonly after: string | undefined }[]): string =>
  digestOf(
    files
      .toSorted((a, b) => (a.path < b.path ? -1 : 1))
      .map(({ path, after }) => ({ path, content: after === undefined ? null : digestOf(after) })),
  )

/** `vortex/<request name>-<first 8 of digest>` (decisions.md 13). */
export const branchName = (name: string, digest: string): string => `vortex/${name}-${digest.replace(/^sha256:/, '').slice(0, 8)}`
