import 'server-only'
import type { HistoryEvent } from '#lib/history/event.ts'
import type { ResourceRef } from '#lib/kube/ref.ts'
import type { Tone } from '#lib/status.ts'
import type { AuditRow } from '#server/adapter/audit/audit.ts'
import type { Scene } from '#server/history/scene.ts'

/** Kind behind the prefix of an action (guardian.md 4.1: the table has no kind and no namespace). */
const KIND_OF: Readonly<Record<string, readonly string[]>> = {
  rbacprofile: ['RBACProfile'],
  rbacpolicy: ['RBACPolicy'],
  permissionsnapshot: ['PermissionSnapshot'],
  identitybinding: ['IdentityBinding'],
  clusterrole: ['ClusterRole'],
  clusterrolebinding: ['ClusterRoleBinding'],
  relationship: ['RelationshipAdmissionRequest', 'DomainRelationship'],
}

const TONE: Readonly<Record<string, Tone>> = { admit: 'ok', deny: 'danger', audit: 'caution', system: 'ok' }

const kindsOf = (action: string): readonly string[] => KIND_OF[action.split('.')[0] ?? ''] ?? []

/** Whether a row with this object's name can be about this object. */
export const concerns = (row: AuditRow, ref: Pick<ResourceRef, 'kind' | 'name'>): boolean =>
  row.resource === ref.name && (kindsOf(row.action).length === 0 || kindsOf(row.action).includes(ref.kind))

const LATE_MS = 60_000

/** In the list of everything a row stands where it arrived, because the table can be read in that order only. */
export function arrivedEvent(scene: Scene, row: AuditRow): HistoryEvent {
  const event = auditEvent(scene, row)
  const order = row.arrivedAt.toISOString()
  const late = row.arrivedAt.getTime() - row.at.getTime() > LATE_MS
  return { ...event, order, ...(late && { derived: `${event.derived ?? ''}; forwarded, arrived ${order}` }) }
}

/** A row of Guardian's audit table. Its object is found by name only, and the event says so. */
export function auditEvent(scene: Scene, row: AuditRow, about?: ResourceRef): HistoryEvent {
  const ref = about ?? findByName(scene, row)
  const detail = row.matchedPolicy === '' ? '' : ` (${row.matchedPolicy})`
  const where = row.cluster === '' || row.cluster === 'management' ? '' : ` on ${row.cluster}`
  return {
    id: `ae-${row.id}`,
    at: row.at.toISOString(),
    source: 'Guardian',
    changeType: row.action.startsWith('relationship.') ? 'governance' : 'operational',
    tone: TONE[row.decision] ?? 'unknown',
    who: row.subject.replace(/^oidc:/, ''),
    what: `${row.action}, ${row.decision}${detail}${where}`,
    why: undefined,
    commit: undefined,
    audit: row.id,
    fields: [],
    subjects: [{ text: ref === undefined ? row.resource : `${ref.kind}/${ref.name}`, ref }],
    request: undefined,
    ledgerSeq: undefined,
    derived: 'joined by name; Guardian records neither kind nor namespace',
  }
}

function findByName(scene: Scene, row: AuditRow): ResourceRef | undefined {
  for (const kind of kindsOf(row.action))
    for (const served of scene.served.filter((each) => each.kind === kind)) {
      const all = scene.ctx.kube.listKind(served.group, served.kind)
      const found = all.state === 'down' ? [] : all.value.filter(({ metadata }) => metadata.name === row.resource)
      const [only] = found
      if (found.length === 1 && only !== undefined)
        return { cluster: scene.ctx.kube.cluster, group: served.group, kind, namespace: only.metadata.namespace ?? '', name: row.resource }
    }
  return undefined
}
