import type { Level, Restricted, Shown } from '#lib/access/level.ts'
import type { Generation } from '#lib/kube/concept.ts'
import type { Condition } from '#lib/kube/object.ts'
import type { ResourceRef } from '#lib/kube/ref.ts'
import type { Fact } from '#lib/kube/summary/facts.ts'
import type { Health } from '#lib/kube/summary/reading.ts'
import type { Tone } from '#lib/status.ts'

export type ReferenceView = { readonly field: string; readonly ref: ResourceRef; readonly state: 'there' | 'missing' | 'unknown' }

/** One object of any kind, as one viewer may see it. */
export type ObjectView = {
  readonly ref: ResourceRef
  /** The cluster, where it is not the one that is decided about. */
  readonly elsewhere: string | undefined
  /** What the API server says: there, not there, or no answer. */
  readonly presence: 'there' | 'absent' | 'unknown'
  readonly problem: string | undefined
  readonly domains: readonly string[]
  readonly level: Level
  /** How it stands and why in words; reason and message as reported need Operational. */
  readonly health: { readonly is: Health; readonly words: string; readonly detail: Shown<string> | undefined } | undefined
  /** What it is about in its kind's own terms. */
  readonly own: readonly Fact[] | Restricted
  readonly facts: readonly Fact[]
  /** What the kind is called now, where it is served under an older name. */
  readonly known: string | undefined
  readonly generation: Generation | undefined
  /** The same object under names of other generations that are served too (conflicts.md G1). */
  readonly also: readonly { readonly ref: ResourceRef; readonly generation: Generation | undefined }[]
  /** Reads the same object with kubectl. */
  readonly kubectl: string | undefined
  readonly conditions: readonly (Pick<Condition, 'type' | 'status'> & {
    readonly reason: Shown<string>
    readonly message: Shown<string>
    readonly since: string | undefined
    readonly tone: Tone
  })[]
  readonly out: readonly ReferenceView[]
  readonly in: readonly ReferenceView[]
  /** References from other objects that are not listed. */
  readonly moreIn: number
  /** The document without managedFields and without key material. */
  readonly yaml: Shown<string> | undefined
  readonly managers: readonly { readonly manager: string; readonly what: string; readonly at: string | undefined }[]
  /** The change request of this object, when it is one. */
  readonly request: string | undefined
}
