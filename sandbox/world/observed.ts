import { parse, parseAllDocuments } from 'yaml'
import { daysBefore } from '#sandbox/world/clock.ts'
import { readObserved, readRepository } from '#sandbox/world/files.ts'
import type { Writer } from '#sandbox/world/identities.ts'
import { type Setting, translation } from '#sandbox/world/lay-out.ts'
import { platformRecords, recordsOf, renderZone, staleRecords, type ZoneCluster } from '#sandbox/world/zone.ts'

export type Manifest = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly spec?: unknown
  readonly status?: unknown
  readonly data?: Readonly<Record<string, string>>
}

/**
 * One write of an operator, in the order in which it happened. A `manifest` with a status is written to the status subresource; where it
 * also has a spec or data, the object is written first. `at` is when it is said to have happened.
 */
export type ObservedWrite = { readonly as: Writer; readonly at: Date; readonly manifest: Manifest }

/** `present` marks what must be true now however far the world is moved into the past. */
type Document = { readonly as: Writer; readonly daysAgo: number; readonly present?: boolean; readonly manifest: Manifest }

/** The cluster whose records are missing although it is ready: the zone is behind. */
const NOT_YET_PUBLISHED = 'ccs-prod-eu'
const UID = /^<uid ([^/]+)\/([^/]+)\/([^>]+)>$/

/** Everything that operators have written by the start of the demo, oldest first, the zone last. */
export function observedWrites(setting: Setting): readonly ObservedWrite[] {
  const past = translation(setting)
  const present = translation({ ...setting, shiftDays: 0 })
  const shiftDays = setting.shiftDays ?? 0
  const writes = documents().map(({ as, daysAgo, present: isPresent = false, manifest }): ObservedWrite => {
    const text = JSON.stringify(manifest)
    return {
      as,
      at: daysBefore(setting.now, daysAgo, isPresent ? 0 : shiftDays),
      manifest: JSON.parse(isPresent ? present(text) : past(text)) as Manifest,
    }
  })
  const ordered = writes.sort((a, b) => a.at.getTime() - b.at.getTime())
  return [...ordered, ...zoneWrites(setting.now, ordered)]
}

const documents = (): Document[] =>
  [...readObserved().values()].flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as Document))

/** Puts the live uid of an object where the manifest says `<uid Kind/namespace/name>`; such uids exist only after the first apply. */
export function withUids(manifest: Manifest, uidOf: (ref: { kind: string; namespace: string; name: string }) => string): Manifest {
  return JSON.parse(JSON.stringify(manifest), (_key, value: unknown) => {
    const [, kind, namespace, name] = (typeof value === 'string' ? UID.exec(value) : null) ?? []
    return kind !== undefined && namespace !== undefined && name !== undefined ? uidOf({ kind, namespace, name }) : value
  }) as Manifest
}

/** The clusters that the repository declares, with the state that Platform has observed. */
export function zoneClusters(writes: readonly ObservedWrite[]): readonly ZoneCluster[] {
  return [...readRepository()]
    .filter(([path]) => path.includes('/taloscluster.'))
    .map(
      ([, text]) =>
        parse(text) as {
          metadata: { name: string }
          spec: Readonly<Partial<Record<'clusterEndpoint' | 'infrastructureProvider' | 'mode', string>>>
        },
    )
    .map(({ metadata, spec }) => {
      // Its kind is called otherwise in an older generation of the platform.
      const seen = writes.find(
        ({ manifest }) => /^(Infrastructure)?TalosCluster$/.test(manifest.kind) && manifest.metadata.name === metadata.name,
      )
      const status = (seen?.manifest.status ?? {}) as { origin?: string; conditions?: readonly { type: string; status: string }[] }
      return {
        name: metadata.name,
        endpoint: spec.clusterEndpoint ?? '',
        provider: spec.infrastructureProvider ?? 'native',
        role: status.origin ?? spec.mode ?? 'general',
        ready: (status.conditions ?? []).some(({ type, status: is }) => type === 'Ready' && is === 'True'),
      }
    })
}

function zoneWrites(now: Date, writes: readonly ObservedWrite[]): readonly ObservedWrite[] {
  const published = zoneClusters(writes).filter(({ name }) => name !== NOT_YET_PUBLISHED)
  const at = daysBefore(now, 0.003)
  const text = renderZone([...platformRecords, ...staleRecords, ...published.flatMap(recordsOf)], Math.floor(at.getTime() / 1000))
  return ['ont-system', 'kube-system'].map((namespace) => ({
    as: 'seam',
    at,
    manifest: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'dsns-zone',
        namespace,
        labels: { 'seam.ontai.dev/dsns-zone': 'true' },
        annotations: { 'governance.infrastructure.ontai.dev/owner': 'seam-core' },
      },
      data: { 'zone.db': text },
    },
  }))
}
