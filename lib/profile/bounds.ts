import type { AppAuditPolicy, AppPolicy, AppResourceProfile } from '#lib/domain/app-kinds.ts'
import type { DomainAudit, DomainPolicy, DomainResource, Granularity } from '#lib/domain/kinds.ts'
import { failed, type RuleFinding } from '#lib/profile/facts.ts'
import { compareQuantity, parseQuantity } from '#lib/profile/quantity.ts'

/** Floors and ceilings (domain-and-app-core.md 5.1). A missing domain value is no bound; a missing app value takes the domain's. */

function atMost(
  rule: string,
  path: readonly string[],
  value: number | undefined,
  ceiling: number | undefined,
  bound: string,
): RuleFinding[] {
  if (value === undefined || ceiling === undefined || value <= ceiling) return []
  return [failed(rule, ['spec', ...path], `${path.join('.')} is ${value}, ${bound} allows at most ${ceiling}.`)]
}

function quantityAtMost(
  rule: string,
  path: readonly string[],
  value: string | undefined,
  ceiling: string | undefined,
  bound: string,
): RuleFinding[] {
  if (value === undefined) return []
  const at = ['spec', ...path]
  const read = parseQuantity(value)
  if (read === undefined) return [failed(rule, at, `${path.join('.')} "${value}" is no Kubernetes quantity, such as 500m or 8Gi.`)]
  if (ceiling === undefined) return []
  const limit = parseQuantity(ceiling)
  if (limit === undefined)
    return [failed(rule, at, `The ceiling "${ceiling}" of ${bound} is no Kubernetes quantity, so nothing fits under it.`)]
  return compareQuantity(read, limit) <= 0 ? [] : [failed(rule, at, `${path.join('.')} is ${value}, ${bound} allows at most ${ceiling}.`)]
}

/** P1 to P6; `identities` is how many AppIdentities stand under the policy's DomainIdentity. */
export function policyBounds(app: AppPolicy, domain: DomainPolicy, identities: number): readonly RuleFinding[] {
  const [a, d, bound] = [app.spec, domain.spec, `DomainPolicy ${domain.name}`]
  const mode =
    a.accessControlMode === undefined ||
    d.accessControlMode === undefined ||
    d.accessControlMode === 'both' ||
    a.accessControlMode === d.accessControlMode
  return [
    ...atMost('P1', ['retryEnvelope', 'maxAttempts'], a.retryEnvelope?.maxAttempts, d.retryEnvelope?.maxAttempts, bound),
    ...atMost('P2', ['retryEnvelope', 'backoffSeconds'], a.retryEnvelope?.backoffSeconds, d.retryEnvelope?.backoffSeconds, bound),
    ...atMost('P3', ['circuitBreakerThreshold'], a.circuitBreakerThreshold, d.circuitBreakerThreshold, bound),
    ...atMost('P4', ['rateLimitRequestsPerSecond'], a.rateLimitRequestsPerSecond, d.rateLimitRequestsPerSecond, bound),
    ...(mode
      ? []
      : [
          failed('P5', ['spec', 'accessControlMode'], `accessControlMode is ${a.accessControlMode}, ${bound} says ${d.accessControlMode}.`),
        ]),
    ...(d.cardinalityCeiling === undefined || identities <= d.cardinalityCeiling
      ? []
      : [
          failed(
            'P6',
            ['spec', 'domainPolicyRef'],
            `${identities} AppIdentities stand under ${bound}, which allows ${d.cardinalityCeiling}.`,
          ),
        ]),
  ]
}

/** R1 to R5. R6 needs history and is checked where there is one. */
export function resourceBounds(app: AppResourceProfile, domain: DomainResource): readonly RuleFinding[] {
  const [a, d, bound] = [app.spec, domain.spec, `DomainResource ${domain.name}`]
  const [storage, flavor] = [a.storageClaim?.storageClass, a.kueueResourceFlavor]
  return [
    ...quantityAtMost('R1', ['computeClaim', 'cpu'], a.computeClaim?.cpu, d.computeCeiling?.cpu, bound),
    ...quantityAtMost('R2', ['computeClaim', 'memory'], a.computeClaim?.memory, d.computeCeiling?.memory, bound),
    ...quantityAtMost('R3', ['storageClaim', 'capacity'], a.storageClaim?.capacity, d.storageCeiling?.capacity, bound),
    ...(storage === undefined || d.storageCeiling === undefined || storage === d.storageCeiling.storageClass
      ? []
      : [
          failed(
            'R4',
            ['spec', 'storageClaim', 'storageClass'],
            `storageClass is ${storage}, ${bound} permits ${d.storageCeiling.storageClass}.`,
          ),
        ]),
    ...(flavor === undefined || d.kueueResourceFlavors === undefined || d.kueueResourceFlavors.includes(flavor)
      ? []
      : [
          failed(
            'R5',
            ['spec', 'kueueResourceFlavor'],
            `Flavor ${flavor} is not among ${d.kueueResourceFlavors.join(', ') || 'none'} of ${bound}.`,
          ),
        ]),
  ]
}

const RANK = { high: 3, medium: 2, low: 1 } satisfies Record<Granularity, number>

/** U1 to U3. */
export function auditBounds(app: AppAuditPolicy, domain: DomainAudit): readonly RuleFinding[] {
  const [a, d, bound] = [app.spec, domain.spec, `DomainAudit ${domain.name}`]
  const missing = (d.mandatoryEventTypes ?? []).filter((type) => a.emittedEventTypes !== undefined && !a.emittedEventTypes.includes(type))
  const coarse =
    a.granularity !== undefined && d.minimumEventGranularity !== undefined && RANK[a.granularity] < RANK[d.minimumEventGranularity]
  const required = d.transportPath === 'none' ? undefined : d.transportPath
  return [
    ...(coarse
      ? [failed('U1', ['spec', 'granularity'], `granularity is ${a.granularity}, ${bound} wants at least ${d.minimumEventGranularity}.`)]
      : []),
    ...(missing.length > 0
      ? [failed('U2', ['spec', 'emittedEventTypes'], `${missing.join(', ')} must be emitted: ${bound} makes it mandatory.`)]
      : []),
    ...(required !== undefined && a.transportPath !== undefined && a.transportPath !== required
      ? [failed('U3', ['spec', 'transportPath'], `transportPath is ${a.transportPath}, ${bound} says ${required}.`)]
      : []),
  ]
}
