import { asList, asText, metadataOf, without, type JsonObject } from './json.ts'
import type { Resource } from './resource.ts'
import { invalid, type FieldProblem } from './status-error.ts'

export const FOREGROUND = 'foregroundDeletion'
export const ORPHAN = 'orphan'
const STANDARD = new Set([FOREGROUND, ORPHAN, 'kubernetes'])
const POLICIES = ['Foreground', 'Background', 'Orphan'] as const
type Policy = (typeof POLICIES)[number]

export const finalizersOf = (object: JsonObject): string[] =>
  asList(metadataOf(object)['finalizers']).filter((entry) => typeof entry === 'string')
export const isBeingDeleted = (object: JsonObject): boolean => asText(metadataOf(object)['deletionTimestamp']) !== ''

/** What deletion does with the dependents. Throws 422 for a policy that nobody knows. */
export function policyOf(options: JsonObject): Policy {
  const asked = options['propagationPolicy']
  if (asked === undefined || asked === null) return options['orphanDependents'] === true ? 'Orphan' : 'Background'
  if (options['orphanDependents'] !== undefined)
    throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions', name: '' }, [
      {
        type: 'Invalid',
        field: 'propagationPolicy',
        value: asked,
        detail: 'orphanDependents and deletionPropagation cannot be both set',
      },
    ])
  const known = POLICIES.find((policy) => policy === asked)
  if (known !== undefined) return known
  throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions', name: '' }, [
    {
      type: 'NotSupported',
      field: 'propagationPolicy',
      value: asked,
      detail: `supported values: ${[...POLICIES, 'nil'].map((value) => JSON.stringify(value)).join(', ')}`,
    },
  ])
}

/** The object as deletion leaves it while finalizers hold it; a second deletion changes its policy only. */
export function markDeleted({ hasGeneration }: Resource, object: JsonObject, policy: Policy, now: string): JsonObject {
  const own = finalizersOf(object).filter((entry) => entry !== FOREGROUND && entry !== ORPHAN)
  const added = policy === 'Foreground' ? [FOREGROUND] : policy === 'Orphan' ? [ORPHAN] : []
  const finalizers = [...own, ...added]
  const metadata: JsonObject = {
    ...without(metadataOf(object), 'finalizers'),
    ...(finalizers.length > 0 ? { finalizers } : {}),
  }
  if (isBeingDeleted(object)) return { ...object, metadata }
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(hasGeneration ? { generation: Number(metadata['generation'] ?? 1) + 1 } : {}),
      deletionTimestamp: now,
      deletionGracePeriodSeconds: 0,
    },
  }
}

/** Names that are not qualified (custom kinds may have them), and names that come too late. */
export function finalizerProblems({ isCustom }: Resource, object: JsonObject, before: JsonObject | null): FieldProblem[] {
  const finalizers = finalizersOf(object)
  const problems: FieldProblem[] = isCustom
    ? []
    : finalizers.flatMap((name, i) =>
        name.includes('/') || STANDARD.has(name)
          ? []
          : [
              {
                type: 'Invalid' as const,
                field: `metadata.finalizers[${i}]`,
                value: name,
                detail: 'name is neither a standard finalizer name nor is it fully qualified',
              },
            ],
      )
  if (before === null || !isBeingDeleted(before)) return problems
  const known = new Set(finalizersOf(before))
  const late = finalizers.filter((name) => !known.has(name)).toSorted()
  if (late.length === 0) return problems
  const named = `[]string{${late.map((name) => JSON.stringify(name)).join(', ')}}`
  const detail = `no new finalizers can be added if the object is being deleted, found new finalizers ${named}`
  return [...problems, { type: 'Forbidden', field: 'metadata.finalizers', detail }]
}
