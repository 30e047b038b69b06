import type { Level, Shown } from '#lib/access/level.ts'
import type { Condition } from '#lib/kube/object.ts'
import type { ResourceRef } from '#lib/kube/ref.ts'
import type { Tone } from '#lib/status.ts'

export type ReferenceView = { readonly field: string; readonly ref: ResourceRef; readonly state: 'there' | 'missing' | 'unknown' }

/** One object of any kind, as one viewer may see it. */
export type ObjectView = {
  readonly ref: ResourceRef
  /** What the API server says: there, not there, or no answer. */
  readonly presence: 'there' | 'absent' | 'unknown'
  readonly problem: string | undefined
  readonly domains: readonly string[]
  readonly level: Level
  readonly facts: readonly { readonly label: string; readonly value: string }[]
  readonly conditions: readonly (Pick<Condition, 'type' | 'status'> & {
    readonly reason: Shown<string>
    readonly message: Shown<string>
    readonly since: string
    readonly tone: Tone
  })[]
  readonly out: readonly ReferenceView[]
  readonly in: readonly ReferenceView[]
  /** References from other objects that are not listed. */
  readonly moreIn: number
  /** The document without managedFields. */
  readonly yaml: Shown<string> | undefined
  readonly managers: readonly { readonly manager: string; readonly what: string; readonly at: string | undefined }[]
  /** The change request of this object, when it is one. */
  readonly request: string | undefined
}
