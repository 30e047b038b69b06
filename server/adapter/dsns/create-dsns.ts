import 'server-only'
import type { Dsns, ZoneReading } from '#server/adapter/dsns/dsns.ts'
import { transferZone, TransferFailed } from '#server/adapter/dsns/transfer.ts'
import { type ConfigMapZone, zoneOfConfigMaps } from '#server/adapter/dsns/zone-config-map.ts'
import { compareZones, differenceText } from '#lib/dsns/compare.ts'
import { lexZone } from '#lib/dsns/lex.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import type { SourceAge, Sourced } from '#lib/sourced.ts'
import { log } from '#server/log.ts'

export type DsnsSettings = {
  readonly zone: string
  /** host:port of a name server that may permit AXFR. */
  readonly server?: string | undefined
  readonly configMaps: () => Sourced<readonly KubeObject[]>
  /** Milliseconds a whole transfer may take. */
  readonly deadlineMs?: number
  /** Milliseconds a transfer's answer is used again. */
  readonly freshMs?: number
  readonly now?: () => number
}

type Transfer =
  | { readonly ok: true; readonly text: string; readonly serial: number | undefined; readonly at: number }
  | { readonly ok: false; readonly problem: string; readonly at: number }

/** A name server that refuses or is silent is not asked again at once: every reader would wait for it. */
const RETRY_MS = 15_000
const REBUILD_MS = 5 * 60_000

/**
 * Reads the zone by transfer and from the ConfigMap and compares both; the ConfigMap is the authority (decisions.md 23).
 * Never throws: a source that is silent is a finding while the other answers, and `down` when none does.
 */
export function createDsns(settings: DsnsSettings): Dsns {
  const now = settings.now ?? Date.now
  const transfer = settings.server === undefined ? undefined : cachedTransfer(settings, settings.server, now)
  const shrunk = rebuildWatch(now)
  let good: { readonly value: ZoneReading; readonly at: number } | undefined
  let last: Sourced<ZoneReading> | undefined

  const read = async (): Promise<Sourced<ZoneReading>> => {
    const fetched = await transfer?.()
    const maps = settings.configMaps()
    const reading = combine(maps, fetched, settings.server)
    if (reading.state === 'down') {
      last = good ? { state: 'stale', ...good, problem: reading.problem } : reading
      return last
    }
    const rebuilding = shrunk(reading.value.text)
    const value = rebuilding ? { ...reading.value, findings: [...reading.value.findings, rebuilding] } : reading.value
    good = { value, at: reading.at }
    last = { ...reading, value }
    return last
  }
  return { zone: settings.zone, read, age: () => ageOf(settings.configMaps(), last) }
}

/** Nobody may have looked at the zone yet, so the age is that of the ConfigMaps unless they are down. */
function ageOf(maps: Sourced<readonly KubeObject[]>, last: Sourced<ZoneReading> | undefined): SourceAge {
  const known = maps.state === 'down' ? (last ?? maps) : maps
  if (known.state === 'down') return { source: 'DSNS', state: 'down', at: undefined, problem: known.problem }
  return { source: 'DSNS', state: known.state, at: known.at, problem: known.state === 'stale' ? known.problem : undefined }
}

/** One transfer at a time, and its answer, good or bad, for a few seconds: a page load must not become a query storm. */
function cachedTransfer(settings: DsnsSettings, server: string, now: () => number): () => Promise<Transfer> {
  const freshMs = settings.freshMs ?? 3_000
  let held: Transfer | undefined
  let running: Promise<Transfer> | undefined
  const ask = async (): Promise<Transfer> => {
    try {
      const text = await transferZone(server, settings.zone, settings.deadlineMs ?? 3_000)
      return { ok: true, text, serial: lexZone(text).soa?.serial, at: now() }
    } catch (cause) {
      const problem = cause instanceof TransferFailed ? cause.message : 'its answer cannot be read'
      if (held?.ok !== false) log.warn('dsns.transfer_failed', { server, problem })
      return { ok: false, problem, at: now() }
    }
  }
  return async () => {
    if (held && now() - held.at < (held.ok ? freshMs : RETRY_MS)) return held
    running ??= ask().finally(() => (running = undefined))
    held = await running
    return held
  }
}

function combine(maps: Sourced<readonly KubeObject[]>, transfer: Transfer | undefined, server: string | undefined): Sourced<ZoneReading> {
  const failure = transfer?.ok === false ? [`Name server ${server ?? ''}: ${transfer.problem}.`] : []
  if (maps.state !== 'down') {
    const held = zoneOfConfigMaps(maps.value)
    if (held.text !== '' || !transfer?.ok) {
      const value = fromConfigMap(held, transfer, failure)
      return maps.state === 'fresh' ? { state: 'fresh', value, at: maps.at } : { ...maps, value }
    }
    return served(transfer, held.findings)
  }
  if (transfer?.ok) return served(transfer, [`The ConfigMap cannot be read: ${maps.problem}`])
  return { state: 'down', problem: [maps.problem, ...failure].join(' ') }
}

const served = (transfer: Extract<Transfer, { ok: true }>, findings: readonly string[]): Sourced<ZoneReading> => ({
  state: 'fresh',
  at: transfer.at,
  value: { text: transfer.text, from: 'transfer', serial: transfer.serial, findings },
})

function fromConfigMap(held: ConfigMapZone, transfer: Transfer | undefined, failure: readonly string[]): ZoneReading {
  const zone = lexZone(held.text)
  const findings = [...held.findings, ...failure]
  if (transfer?.ok && held.text !== '') {
    const difference = compareZones(zone, lexZone(transfer.text))
    const words = difference.same ? [] : [`it serves other records: ${differenceText(difference, 'missing', 'too many')}`]
    if (difference.serialLag) words.push(`serial ${transfer.serial ?? 'none'}, the ConfigMap has ${zone.soa?.serial ?? 'none'}`)
    if (words.length > 0) findings.push(`The name server disagrees with the ConfigMap: ${words.join('; ')}.`)
  }
  return { text: held.text, from: 'configmap', serial: zone.soa?.serial, findings }
}

/** After an operator restart the zone is built again from nothing: say so for five minutes instead of raising alarms (dsns.md 4). */
function rebuildWatch(now: () => number): (text: string) => string | undefined {
  let seen: { readonly text: string; readonly records: number } | undefined
  let drop: { readonly from: number; readonly at: number } | undefined
  return (text) => {
    if (seen?.text !== text) {
      const records = lexZone(text).records.length
      if (seen && records * 2 < seen.records) drop = { from: drop?.from ?? seen.records, at: now() }
      else if (drop && records * 2 >= drop.from) drop = undefined
      seen = { text, records }
    }
    if (!drop || now() - drop.at > REBUILD_MS) return undefined
    return `Zone rebuilding: ${seen.records} records, ${drop.from} before.`
  }
}
