import type { DomainSet } from '#lib/profile/domain-set.ts'
import type { ProfileFacts } from '#lib/profile/facts.ts'
import type { Path } from '#lib/profile/manifests.ts'
import type { Origin } from '#lib/profile/origin.ts'
import type { Template } from '#lib/profile/template.ts'

export type DraftInput = {
  readonly name: string
  readonly namespace: string
  /** The DomainIdentity the application traces to. */
  readonly identity: string
  /** Id of a built-in template, or `profile:<namespace>/<name>`. */
  readonly template: string
  readonly facts: ProfileFacts
  /** API group of the App kinds as served. */
  readonly appGroup: string
}

/** Builds the fields of one child, or says what is missing for it. */
export type Build = (from: {
  readonly input: DraftInput
  readonly set: DomainSet
  readonly template: Template
}) => readonly DraftField[] | string

/** One value of a draft with its origin. `value` may hold lists and records; all inside share the origin. */
export type DraftField = { readonly path: Path; readonly value: unknown; readonly origin: Origin; readonly note: string }

export const field = (path: Path, value: unknown, origin: Origin, note: string): DraftField => ({ path, value, origin, note })

/** A platform reference: three fixed parts and the name, which alone was chosen. */
export const refField = (path: Path, group: string, kind: string, name: string, origin: Origin, note: string): readonly DraftField[] => [
  field([...path, 'group'], group, 'default', 'Fixed by the schema.'),
  field([...path, 'kind'], kind, 'default', 'Fixed by the schema.'),
  field([...path, 'version'], 'v1alpha1', 'default', 'Fixed by the schema.'),
  field([...path, 'name'], name, origin, note),
]
