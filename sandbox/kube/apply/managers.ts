import { asList, asObject, asText, equal, without, type Json, type JsonObject } from '../json.ts'
import type { Schema } from '../schema/compile.ts'
import { applyConflict } from '../status-error.ts'
import { decode, encode, isInside, leaves, pathText, type FieldSet } from './field-set.ts'
import { merge, removeAt } from './merge.ts'

/** Who writes: one entry of metadata.managedFields is kept per (name, operation, subresource, apiVersion). */
export type Writer = {
  readonly name: string
  readonly operation: 'Apply' | 'Update'
  readonly subresource: string
  readonly apiVersion: string
}
type Manager = Writer & { readonly time: string; readonly fields: FieldSet }

const isSame = (a: Writer, b: Writer): boolean =>
  a.name === b.name && a.operation === b.operation && a.subresource === b.subresource && a.apiVersion === b.apiVersion

const SYSTEM = ['name', 'namespace', 'generateName', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink', 'managedFields'] // prettier-ignore

/** What of an object can be owned: not its identity, not what the server sets. */
const ownable = (object: JsonObject): JsonObject => ({
  ...without(object, 'apiVersion', 'kind'),
  metadata: without(asObject(object['metadata']), ...SYSTEM),
})

function ownedLeaves(schema: Schema, object: JsonObject): Map<string, Json> {
  const found = leaves(schema, ownable(object))
  found.delete('f:metadata')
  return found
}

function readManagers(object: JsonObject): Manager[] {
  return asList(asObject(object['metadata'])['managedFields'])
    .map(asObject)
    .filter((entry) => entry['manager'] !== undefined)
    .map((entry) => ({
      name: asText(entry['manager']),
      operation: entry['operation'] === 'Apply' ? 'Apply' : 'Update',
      subresource: asText(entry['subresource']),
      apiVersion: asText(entry['apiVersion']),
      time: asText(entry['time']),
      fields: decode(asObject(entry['fieldsV1'])),
    }))
}

function withManagers(object: JsonObject, managers: readonly Manager[]): JsonObject {
  const entries = managers
    .filter(({ fields, operation }) => fields.size > 0 || operation === 'Apply')
    .toSorted((a, b) => a.operation.localeCompare(b.operation) || a.time.localeCompare(b.time) || a.name.localeCompare(b.name))
    .map(({ name, operation, subresource, apiVersion, time, fields }) => ({
      manager: name,
      operation,
      apiVersion,
      time,
      fieldsType: 'FieldsV1',
      fieldsV1: encode(fields),
      ...(subresource === '' ? {} : { subresource }),
    }))
  return { ...object, metadata: { ...asObject(object['metadata']), managedFields: entries } }
}

/** Paths that differ. `changed` holds what is new or has another value. */
function compare(schema: Schema, before: JsonObject, after: JsonObject): { changed: Set<string>; removed: Set<string> } {
  const old = ownedLeaves(schema, before)
  const now = ownedLeaves(schema, after)
  return {
    changed: new Set([...now].filter(([path, value]) => !old.has(path) || !equal(old.get(path), value)).map(([path]) => path)),
    removed: new Set([...old.keys()].filter((path) => !now.has(path))),
  }
}

type Replacement = { readonly writer: Writer; readonly fields: FieldSet; readonly now: string; readonly isChange: boolean }

/** The time moves when the writer changed a value or owns another set; an apply of what stands there already leaves it. */
const replace = (managers: readonly Manager[], { writer, fields, now, isChange }: Replacement): Manager[] => {
  const before = managers.find((manager) => isSame(manager, writer))
  const isKept = before !== undefined && !isChange && before.fields.symmetricDifference(fields).size === 0
  return [...managers.filter((manager) => !isSame(manager, writer)), isKept ? before : { ...writer, time: now, fields }]
}

type Update = {
  readonly schema: Schema
  readonly before: JsonObject | null
  readonly after: JsonObject
  readonly writer: Writer
  readonly now: string
}

/** managedFields after a create, an update or a patch: the writer owns what it changed, everybody else loses it. */
export function trackUpdate({ schema, before, after, writer, now }: Update): JsonObject {
  const managers = before === null ? [] : readManagers(before)
  const { changed, removed } = compare(schema, before ?? {}, after)
  const touched = changed.union(removed)
  if (touched.size === 0) return withManagers(after, managers)
  const mine = managers.find((manager) => isSame(manager, writer))?.fields ?? new Set<string>()
  const others = managers.map((manager) => (isSame(manager, writer) ? manager : { ...manager, fields: manager.fields.difference(touched) }))
  return withManagers(after, replace(others, { writer, fields: mine.difference(removed).union(changed), now, isChange: true }))
}

type Apply = {
  readonly schema: Schema
  readonly live: JsonObject
  readonly config: JsonObject
  readonly writer: Writer
  readonly force: boolean
  readonly now: string
}

/**
 * Server-side apply: the live object with the configuration merged in, fields that this applier no longer names removed (unless another manager owns
 * them), and managedFields. Throws 409 naming every field that another manager owns with another value, unless `force`.
 */
export function applyConfig({ schema, live, config, writer, force, now }: Apply): JsonObject {
  const managers = readManagers(live)
  const others = managers.filter((manager) => !isSame(manager, writer))
  const wanted: FieldSet = new Set(ownedLeaves(schema, config).keys())
  const last = managers.find((manager) => isSame(manager, writer))?.fields ?? new Set<string>()
  const isOwned = (path: string): boolean =>
    [wanted, ...others.map(({ fields }) => fields)].some((fields) => fields.has(path) || [...fields].some((field) => isInside(field, path)))

  const merged = merge(schema, live, config)
  let result: JsonObject = asObject(merged)
  const dropped = [...last.difference(wanted)].filter((path) => !isOwned(path)).toSorted((a, b) => a.length - b.length)
  for (const path of dropped) result = removeAt(schema, result, path, isOwned)

  const { changed, removed } = compare(schema, live, result)
  const clashes = others.flatMap((manager) => [...manager.fields.intersection(changed)].map((path) => ({ manager, path })))
  if (clashes.length > 0 && !force) throw refuse(clashes)
  const left = others.map((manager) => ({ ...manager, fields: manager.fields.difference(changed).difference(removed) }))
  const before = managers.filter((manager) => isSame(manager, writer))
  return withManagers(result, replace([...left, ...before], { writer, fields: wanted, now, isChange: changed.size + removed.size > 0 }))
}

function title({ name, operation, subresource, apiVersion, time }: Manager): string {
  const who = `${JSON.stringify(name)}${subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`}`
  return operation === 'Apply' ? who : `${who} using ${apiVersion}${time === '' ? '' : ` at ${time}`}`
}

function refuse(clashes: readonly { readonly manager: Manager; readonly path: string }[]) {
  const causes = clashes.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${title(manager)}`,
    field: pathText(path),
  }))
  const groups = Map.groupBy(clashes, ({ manager }) => title(manager))
  const [only] = clashes
  if (clashes.length === 1 && only)
    return applyConflict(`Apply failed with 1 conflict: conflict with ${title(only.manager)}: ${pathText(only.path)}`, causes)
  const lines = [...groups]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([who, paths]) => `conflicts with ${who}:\n${paths.map(({ path }) => `- ${pathText(path)}`).join('\n')}`)
  return applyConflict(`Apply failed with ${clashes.length} conflicts: ${lines.join('\n')}`, causes)
}
