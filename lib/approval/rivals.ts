import type { RequestKind, RequestState } from '#lib/approval/request.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { readRar } from '#lib/relationship/read-rar.ts'

/** What a request would write, so that two which touch the same thing know of each other. */
export type Claim = {
  readonly requestId: string
  readonly kind: RequestKind
  readonly name: string
  readonly state: RequestState
  readonly relationship: { readonly source: string; readonly type: string; readonly target: string } | undefined
  /** Paths of the files it proposes; an admission's relationship has its name from the three above. */
  readonly files: readonly string[]
}

export type Rival = { readonly requestId: string; readonly name: string; readonly state: RequestState; readonly why: string }

/** What a request claims, from what is stored about it; bad objects claim nothing. */
export function claimOf(from: {
  readonly id: string
  readonly kind: RequestKind
  readonly name: string
  readonly state: RequestState
  readonly object: KubeObject | undefined
  readonly files: readonly string[]
}): Claim {
  const { participants, interaction } = from.object === undefined ? {} : readRar(from.object).spec
  const [source, target] = [participants?.initiator.domainIdentityRef.name, participants?.counterpart.domainIdentityRef.name]
  const type = interaction?.relationshipType
  const whole = source !== undefined && target !== undefined && type !== undefined
  return {
    requestId: from.id,
    kind: from.kind,
    name: from.name,
    state: from.state,
    relationship: whole ? { source, type, target } : undefined,
    files: from.files,
  }
}

/**
 * The other requests that would write what this one would: whichever is merged second is refused by delivery, so people
 * should know before they decide. `others` are requests that are open, or approved and not merged yet; others are no rivals.
 */
export function rivalsOf(own: Claim, others: readonly Claim[]): readonly Rival[] {
  return others.flatMap((other): readonly Rival[] => {
    if (other.requestId === own.requestId || (other.state !== 'open' && other.state !== 'approved')) return []
    const why = sameRelationship(own, other) ?? sameFile(own, other)
    return why === undefined ? [] : [{ requestId: other.requestId, name: other.name, state: other.state, why }]
  })
}

function sameRelationship({ relationship: own }: Claim, { relationship: other }: Claim): string | undefined {
  if (own === undefined || other === undefined) return undefined
  const same = own.source === other.source && own.type === other.type && own.target === other.target
  return same ? `Both are about ${own.source} ${own.type} ${own.target}.` : undefined
}

function sameFile(own: Claim, other: Claim): string | undefined {
  const theirs = new Set(other.files)
  const shared = own.files.filter((path) => theirs.has(path))
  return shared.length === 0 ? undefined : `Both change ${shared.join(', ')}.`
}

/** One rival in words for a notice or a condition. */
export const rivalText = ({ name, state, why }: Rival): string =>
  `${name} (${state === 'open' ? 'open' : 'approved, not merged yet'}) touches the same. ${why} Only the first that is merged can be delivered.`
