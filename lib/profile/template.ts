import { readAppAuditPolicy, readAppEventSchema, readAppPolicy, readAppProfile, readAppResourceProfile } from '#lib/domain/app-kinds.ts'
import type { Granularity } from '#lib/domain/kinds.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import type { ProfileFacts } from '#lib/profile/facts.ts'
import { resolveRef } from '#lib/profile/reference.ts'

/** What an application of a sort usually asks for. The curator brings it inside the domain's bounds. */
export type Template = {
  readonly id: string
  readonly title: string
  readonly about: string
  /** An existing profile's values are inherited; a built-in's are defaults. */
  readonly source: 'built-in' | 'profile'
  readonly cpu: string
  readonly memory: string
  readonly storage: string | undefined
  readonly maxAttempts: number
  readonly backoffSeconds: number
  readonly circuitBreakerThreshold: number
  /** Undefined: half of what the domain allows. */
  readonly rateLimitRequestsPerSecond: number | undefined
  readonly granularity: Granularity
  readonly role: 'producer' | 'consumer' | 'both'
}

export const BUILT_IN: readonly Template[] = [
  {
    id: 'stateless-service',
    title: 'Stateless service',
    about: 'Answers requests and keeps nothing: small, many retries, no storage.',
    source: 'built-in',
    cpu: '500m',
    memory: '512Mi',
    storage: undefined,
    maxAttempts: 3,
    backoffSeconds: 2,
    circuitBreakerThreshold: 0.3,
    rateLimitRequestsPerSecond: undefined,
    granularity: 'medium',
    role: 'producer',
  },
  {
    id: 'stateful-service',
    title: 'Stateful service',
    about: 'Keeps data: storage, few retries, every event recorded.',
    source: 'built-in',
    cpu: '2',
    memory: '4Gi',
    storage: '20Gi',
    maxAttempts: 2,
    backoffSeconds: 5,
    circuitBreakerThreshold: 0.2,
    rateLimitRequestsPerSecond: undefined,
    granularity: 'high',
    role: 'both',
  },
  {
    id: 'batch',
    title: 'Batch',
    about: 'Runs to an end: much compute for a while, patient, few requests.',
    source: 'built-in',
    cpu: '4',
    memory: '8Gi',
    storage: '10Gi',
    maxAttempts: 5,
    backoffSeconds: 30,
    circuitBreakerThreshold: 0.5,
    rateLimitRequestsPerSecond: 10,
    granularity: 'medium',
    role: 'consumer',
  },
]

/** Reads an existing profile with its children as a template; what it does not say comes from the stateless service. */
export function templateOfProfile(profile: KubeObject, facts: ProfileFacts): Template {
  const [base] = BUILT_IN
  if (base === undefined) throw new TypeError('there is no built-in template')
  const { spec } = readAppProfile(profile)
  const child = (
    concept: 'appPolicy' | 'appResourceProfile' | 'appAuditPolicy' | 'appEventSchema',
    ref: { readonly name: string } | undefined,
  ) => resolveRef(facts, profile, '', ref, concept).object
  const policy = child('appPolicy', spec.appPolicyRef)
  const resource = child('appResourceProfile', spec.appResourceProfileRef)
  const audit = child('appAuditPolicy', spec.appAuditPolicyRef)
  const event = child('appEventSchema', spec.appEventSchemaRef)
  const p = policy && readAppPolicy(policy).spec
  const r = resource && readAppResourceProfile(resource).spec
  const role = event && readAppEventSchema(event).spec.role
  const { name, namespace } = profile.metadata
  return {
    id: `profile:${namespace ?? ''}/${name}`,
    title: `Like ${name}`,
    about: `The values of AppProfile ${name} in ${namespace ?? ''}.`,
    source: 'profile',
    cpu: r?.computeClaim?.cpu ?? base.cpu,
    memory: r?.computeClaim?.memory ?? base.memory,
    storage: r?.storageClaim?.capacity,
    maxAttempts: p?.retryEnvelope?.maxAttempts ?? base.maxAttempts,
    backoffSeconds: p?.retryEnvelope?.backoffSeconds ?? base.backoffSeconds,
    circuitBreakerThreshold: p?.circuitBreakerThreshold ?? base.circuitBreakerThreshold,
    rateLimitRequestsPerSecond: p?.rateLimitRequestsPerSecond,
    granularity: (audit && readAppAuditPolicy(audit).spec.granularity) ?? base.granularity,
    role: role === 'producer' || role === 'consumer' || role === 'both' ? role : base.role,
  }
}
