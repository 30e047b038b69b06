import 'server-only'
import type { Permission } from '#lib/access/viewer.ts'
import type { Facts } from '#lib/approval/facts.ts'
import type { AdmissionInput, RenderedFile } from '#lib/approval/render.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import type { RelationshipObjects } from '#lib/relationship/evaluation.ts'
import type { Rar, RarStatus } from '#lib/relationship/read-rar.ts'
import type { StoredSubject } from '#server/approval/stored-subject.ts'
import type { LoadedPolicy } from '#server/policy/load.ts'

/** A request as it stands now, whoever looks: everything of `Facts` that does not depend on the viewer, and what pages draw. */
export type Subject = Pick<Facts, 'participants' | 'evaluation' | 'digest' | 'sources' | 'contributors' | 'policy'> & {
  readonly loaded: LoadedPolicy
  readonly permission: Permission
  readonly files: readonly RenderedFile[]
  /** Digest per part of the meaning; differences name the cause of a lapse. */
  readonly parts: Readonly<Record<string, string>>
  readonly stored: StoredSubject
  readonly admission:
    | {
        readonly object: KubeObject
        readonly rar: Rar
        readonly status: RarStatus
        readonly objects: RelationshipObjects
        readonly input: AdmissionInput | undefined
      }
    | undefined
}

/** What an admission and a proposal each find out for themselves. */
export type SubjectPart = Omit<Subject, 'loaded' | 'policy' | 'stored'>

/** How fresh a reading must be: the object as just fetched, and whether the governing policies are fetched too. */
export type Reading = { readonly object?: KubeObject; readonly refresh?: boolean }
