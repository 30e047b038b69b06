import type { KubeObject } from '#lib/kube/object.ts'
import { textAt } from '#lib/kube/summary/read.ts'

/** What is known about who answers for what: domains of the policy file and of boundaries, and the domain of each identity. */
export type DomainIndex = { readonly known: ReadonlySet<string>; readonly ofIdentity: ReadonlyMap<string, string> }

type Named = { readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string; readonly spec?: unknown }

type Declared = {
  readonly scope: string | undefined
  readonly identity: string | undefined
  readonly others: readonly (string | undefined)[]
}

const name = (value: unknown, path: string): string | undefined => textAt(value, path) ?? textAt(value, `${path}.name`)

/** What a spec says of its domain. Read by hand: it is asked for every object of a list. What is ill-typed counts as absent. */
function declared(spec: unknown): Declared {
  const parties = ['initiator', 'counterpart'].map((side) => name(spec, `participants.${side}.domainIdentityRef`))
  return {
    scope: textAt(spec, 'organizationalScope'),
    identity: name(spec, 'domainIdentityRef'),
    others: [
      ...['appIdentityRef', 'sourceIdentity', 'targetIdentity'].map((field) => name(spec, field)),
      // One party alone is no relationship.
      ...(parties.includes(undefined) ? [] : parties),
    ],
  }
}

/** Reads who answers for what from boundaries (decisions.md 2) and the policy file. An identity with several boundaries has no domain. */
export function domainIndex(boundaries: readonly KubeObject[], policyDomains: readonly string[]): DomainIndex {
  const found = new Map<string, Set<string>>()
  const known = new Set(policyDomains)
  for (const boundary of boundaries) {
    const { scope, identity } = declared(boundary.spec)
    if (identity === undefined || scope === undefined) continue
    known.add(scope)
    const domains = found.get(identity) ?? new Set()
    found.set(identity, domains.add(scope))
  }
  const single = [...found].flatMap(([identity, domains]) =>
    domains.size === 1 ? [...domains].map((domain) => [identity, domain] as const) : [],
  )
  return { known, ofIdentity: new Map(single) }
}

/** Domains that an object belongs to: none for platform objects, two for a relationship between domains. */
export function domainsOf(index: DomainIndex, object: Named): readonly string[] {
  const { scope, identity, others } = declared(object.spec)
  if (scope !== undefined) return [scope]
  const identities = [identity, ...others, ...(/^(App|Domain)/i.test(object.kind) ? [object.name] : [])]
  const domains = new Set(identities.flatMap((each) => (each === undefined ? [] : (index.ofIdentity.get(each) ?? []))))
  if (domains.size > 0) return [...domains].toSorted()
  // A governed application's kind lives in a group named like its domain; `core.ontai.dev` is both a domain and a group of kinds.
  if (index.known.has(object.group) && !/^(App|Domain)/i.test(object.kind)) return [object.group]
  // App objects live in a namespace named like their domain's first label.
  const byNamespace = [...index.known].filter((domain) => domain.split('.')[0] === object.namespace)
  return byNamespace.length === 1 ? byNamespace : []
}
