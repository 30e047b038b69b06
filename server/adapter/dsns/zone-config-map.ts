import 'server-only'
import { compareZones, differenceText } from '#lib/dsns/compare.ts'
import { lexZone } from '#lib/dsns/lex.ts'
import type { KubeObject } from '#lib/kube/object.ts'

const NAME = 'dsns-zone'
const KEY = 'zone.db'
const AUTHORITY = 'ont-system'
const MIRROR = 'kube-system'

export type ConfigMapZone = {
  /** Empty: not rendered yet. */
  readonly text: string
  readonly found: boolean
  readonly findings: readonly string[]
}

/** The reading rule of dsns.md 2: ont-system wins when it is not empty, else kube-system; two that differ are a finding. */
export function zoneOfConfigMaps(configMaps: readonly KubeObject[]): ConfigMapZone {
  const textIn = (namespace: string): string | undefined => {
    const map = configMaps.find((object) => object.metadata.name === NAME && object.metadata.namespace === namespace)
    return map && (map.data?.[KEY] ?? '')
  }
  const authority = textIn(AUTHORITY)
  const mirror = textIn(MIRROR)
  if (authority === undefined && mirror === undefined)
    return { text: '', found: false, findings: [`There is no ConfigMap ${NAME} in ${AUTHORITY} or ${MIRROR}.`] }

  const hasText = (text: string | undefined): text is string => text !== undefined && text.trim() !== ''
  const text = hasText(authority) ? authority : hasText(mirror) ? mirror : ''
  if (text === '') return { text, found: true, findings: ['The zone is not rendered yet: zone.db is empty.'] }
  return { text, found: true, findings: mirrorFindings(authority, mirror) }
}

function mirrorFindings(authority: string | undefined, mirror: string | undefined): readonly string[] {
  if (authority === undefined) return [`Only the mirror in ${MIRROR} exists; ${AUTHORITY} has no ConfigMap ${NAME}.`]
  if (authority.trim() === '') return [`${AUTHORITY} holds an empty zone; the mirror in ${MIRROR} is shown.`]
  if (mirror === undefined) return [`The mirror in ${MIRROR}, which CoreDNS serves, does not exist.`]
  if (mirror === authority) return []
  const difference = compareZones(lexZone(authority), lexZone(mirror))
  return difference.same ? [] : [`Mirror behind: ${MIRROR} has ${differenceText(difference, 'missing', 'too many')}.`]
}
