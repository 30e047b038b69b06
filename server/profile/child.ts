import 'server-only'
import { stringify } from 'yaml'
import { atLeast, type Level, restricted, type Shown } from '#lib/access/level.ts'
import { readAppProfile } from '#lib/domain/app-kinds.ts'
import { CONCEPT } from '#lib/kube/concept.ts'
import { conditionsOf, type KubeObject } from '#lib/kube/object.ts'
import { refOf } from '#lib/kube/ref.ts'
import { checkObject } from '#lib/profile/check-object.ts'
import { appIdentityOf, CHILD_CONCEPTS, CHILD_FIELD } from '#lib/profile/check-profile-object.ts'
import type { ChildConcept, ProfileFacts } from '#lib/profile/facts.ts'
import { PHASES } from '#lib/profile/phase.ts'
import { isReady } from '#lib/profile/readiness.ts'
import type { ChildView, ConditionRow, Readiness } from '#lib/profile/view.ts'

/** Field values and their text need Operational; state, names and times are everybody's (retrieval.md 3, class O). */
export const atOperational = <T>(level: Level, value: () => T): Shown<T> =>
  atLeast(level, 'Operational') ? value() : restricted('Operational')

export const readinessOf = (object: KubeObject | undefined): Readiness => {
  if (object === undefined) return 'missing'
  if (!conditionsOf(object).some((condition) => condition.type === 'Ready')) return 'unknown'
  return isReady(object) ? 'ready' : 'not-ready'
}

export const conditionRows = (object: KubeObject | undefined, level: Level): readonly ConditionRow[] =>
  object === undefined
    ? []
    : conditionsOf(object).map(({ type, status, reason, message, lastTransitionTime }) => ({
        type,
        status,
        reason,
        message: atOperational(level, () => message),
        at: lastTransitionTime,
      }))

/** The manifest as people author it: no status, nothing the server manages. */
export const authored = ({ apiVersion, kind, metadata, spec }: KubeObject): string =>
  stringify(
    {
      apiVersion,
      kind,
      metadata: {
        name: metadata.name,
        ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
        ...(metadata.labels && { labels: metadata.labels }),
        ...(metadata.annotations && { annotations: metadata.annotations }),
      },
      spec,
    },
    { lineWidth: 0 },
  )

type Child = { readonly concept: ChildConcept; readonly name: string; readonly object: KubeObject | undefined }

/** The children a profile names, then further objects of the same AppIdentity, such as a second AppEventSchema. */
export function childrenOf(profile: KubeObject, facts: ProfileFacts): readonly Child[] {
  const { spec } = readAppProfile(profile)
  const { namespace } = profile.metadata
  return CHILD_CONCEPTS.flatMap((concept): readonly Child[] => {
    const name = spec[CHILD_FIELD[concept]]?.name
    const here = facts[concept].filter((object) => object.metadata.namespace === namespace)
    const named = { concept, name: name ?? '', object: here.find((object) => object.metadata.name === name) }
    const others = here.filter(
      (object) => object !== named.object && appIdentityOf(object) !== undefined && appIdentityOf(object) === spec.appIdentityRef?.name,
    )
    return [named, ...others.map((object) => ({ concept, name: object.metadata.name, object }))]
  })
}

const phaseOf = (concept: ChildConcept): string => PHASES.find((phase) => phase.children.includes(concept))?.name ?? ''

export const childView = (cluster: string, { concept, name, object }: Child, facts: ProfileFacts, level: Level): ChildView => ({
  kind: CONCEPT[concept].kind,
  name,
  ref: object && refOf(cluster, object),
  phase: phaseOf(concept),
  readiness: readinessOf(object),
  conditions: conditionRows(object, level),
  findings: atOperational(level, () =>
    object === undefined ? [] : checkObject(concept, object, facts).map(({ rule, severity, message }) => ({ rule, severity, message })),
  ),
  yaml: atOperational(level, () => (object === undefined ? '' : authored(object))),
})
