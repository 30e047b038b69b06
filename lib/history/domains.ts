import { z } from 'zod'
import type { KubeObject } from '#lib/kube/object.ts'

/** What is known about who answers for what: domains of the policy file and of boundaries, and the domain of each identity. */
export type DomainIndex = { readonly known: ReadonlySet<string>; readonly ofIdentity: ReadonlyMap<string, string> }

type Named = { readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string; readonly spec?: unknown }

const Ref = z.union([z.string(), z.looseObject({ name: z.string() }).transform(({ name }) => name)])
const Spec = z.looseObject({
  organizationalScope: z.string().optional().catch(undefined),
  domainIdentityRef: Ref.optional().catch(undefined),
  appIdentityRef: Ref.optional().catch(undefined),
  sourceIdentity: Ref.optional().catch(undefined),
  targetIdentity: Ref.optional().catch(undefined),
  participants: z
    .looseObject({ initiator: z.looseObject({ domainIdentityRef: Ref }), counterpart: z.looseObject({ domainIdentityRef: Ref }) })
    .optional()
    .catch(undefined),
})

/** Reads who answers for what from boundaries (decisions.md 2) and the policy file. An identity with several boundaries has no domain. */
export function domainIndex(boundaries: readonly KubeObject[], policyDomains: readonly string[]): DomainIndex {
  const found = new Map<string, Set<string>>()
  const known = new Set(policyDomains)
  for (const boundary of boundaries) {
    const spec = Spec.safeParse(boundary.spec).data
    if (spec?.domainIdentityRef === undefined || !spec.organizationalScope) continue
    known.add(spec.organizationalScope)
    const domains = found.get(spec.domainIdentityRef) ?? new Set()
    found.set(spec.domainIdentityRef, domains.add(spec.organizationalScope))
  }
  const single = [...found].flatMap(([identity, domains]) =>
    domains.size === 1 ? [...domains].map((domain) => [identity, domain] as const) : [],
  )
  return { known, ofIdentity: new Map(single) }
}

/** Domains that an object belongs to: none for platform objects, two for a relationship between domains. */
export function domainsOf(index: DomainIndex, object: Named): readonly string[] {
  const spec = Spec.safeParse(object.spec ?? {}).data
  if (spec?.organizationalScope !== undefined && spec.organizationalScope !== '') return [spec.organizationalScope]
  const identities = [
    spec?.domainIdentityRef,
    spec?.appIdentityRef,
    spec?.sourceIdentity,
    spec?.targetIdentity,
    spec?.participants?.initiator.domainIdentityRef,
    spec?.participants?.counterpart.domainIdentityRef,
    ...(/^(App|Domain)/i.test(object.kind) ? [object.name] : []),
  ]
  const domains = new Set(identities.flatMap((name) => (name === undefined ? [] : (index.ofIdentity.get(name) ?? []))))
  if (domains.size > 0) return [...domains].toSorted()
  // A governed application's kind lives in a group named like its domain; `core.ontai.dev` is both a domain and a group of kinds.
  if (index.known.has(object.group) && !/^(App|Domain)/i.test(object.kind)) return [object.group]
  // App objects live in a namespace named like their domain's first label.
  const byNamespace = [...index.known].filter((domain) => domain.split('.')[0] === object.namespace)
  return byNamespace.length === 1 ? byNamespace : []
}
