import 'server-only'
import type { ServedKind } from '#lib/kube/concept.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { masked } from '#lib/kube/mask.ts'
import { cellOf, printerColumns } from '#lib/kube/printer-columns.ts'
import { summaryOf } from '#lib/kube/summary.ts'
import type { ResourceColumn, ResourcesView } from '#lib/resource/view.ts'
import type { Ctx } from '#server/context.ts'

export type Columns = {
  readonly columns: readonly ResourceColumn[]
  readonly from: ResourcesView['columnsFrom']
  /** One text per column; undefined where the object has none. Key material never gets into one. */
  readonly cells: (object: KubeObject) => readonly (string | undefined)[]
  /** The same in one text in lower case, to be searched; a NUL, which nobody can ask for, stands between two. */
  readonly line: (object: KubeObject) => string
}

const FACTS_MAX = 5
const LOOKED_AT = 50

/** Columns of kinds without a definition that says any, by what they hold. */
const PORTAL_MAX = 200
// A definition is replaced and never changed, and so is an object: what was read of one holds as long as it is there. Pages and routes are
// bundled apart, each with its own copy of this module: the process has one memory.
const SLOT = Symbol.for('vortex.columns')
type Memory = { readonly ofPortal: Map<string, Columns>; readonly ofDefinition: WeakMap<KubeObject, Map<string, Columns>> }
const slot = globalThis as typeof globalThis & { [SLOT]?: Memory }
const { ofPortal, ofDefinition } = (slot[SLOT] ??= { ofPortal: new Map(), ofDefinition: new WeakMap() })

/** The columns that the kind's own definition asks for, where it can be read and asks for any; else what the portal knows of the kind. */
export function columnsOf(ctx: Pick<Ctx, 'kube'>, kind: ServedKind, objects: readonly KubeObject[]): Columns {
  const found = ctx.kube.get('apiextensions.k8s.io', 'CustomResourceDefinition', '', `${kind.plural}.${kind.group}`)
  const definition = found.state === 'down' ? undefined : found.value
  return (definition && definedColumns(definition, kind.version)) ?? knownColumns(kind, objects)
}

function definedColumns(definition: KubeObject, version: string): Columns | undefined {
  const known = ofDefinition.get(definition) ?? new Map<string, Columns>()
  ofDefinition.set(definition, known)
  const before = known.get(version)
  if (before !== undefined) return before
  const printed = printerColumns(definition, version)
  if (printed.length === 0) return undefined
  const made: Columns = {
    columns: printed.map(({ title, type }, index) => ({ key: `c${index}`, title, time: type === 'date' })),
    from: 'definition',
    ...remembered((object) => {
      const shown = masked(object)
      return printed.map((column) => cellOf(column, shown))
    }),
  }
  known.set(version, made)
  return made
}

function knownColumns(kind: ServedKind, objects: readonly KubeObject[]): Columns {
  const all = objects.slice(0, LOOKED_AT).flatMap((object) => summaryOf(masked(object)).facts.map(({ label }) => label))
  const labels = [...new Set(all)].slice(0, FACTS_MAX)
  const key = [kind.group, kind.kind, ...labels].join('\n')
  const before = ofPortal.get(key)
  if (before !== undefined) return before
  const made: Columns = {
    columns: labels.map((title, index) => ({ key: `c${index}`, title, time: false })),
    from: 'portal',
    ...remembered((object) => {
      const { facts } = summaryOf(masked(object))
      return labels.map((label) => facts.find((fact) => fact.label === label)?.value)
    }),
  }
  const [oldest] = ofPortal.keys()
  if (ofPortal.size >= PORTAL_MAX && oldest !== undefined) ofPortal.delete(oldest)
  ofPortal.set(key, made)
  return made
}

function remembered(read: Columns['cells']): Pick<Columns, 'cells' | 'line'> {
  const known = new WeakMap<KubeObject, ReturnType<Columns['cells']>>()
  const cells: Columns['cells'] = (object) => {
    const before = known.get(object)
    if (before !== undefined) return before
    const made = read(object)
    known.set(object, made)
    return made
  }
  return { cells, line: (object) => cells(object).join('\0').toLowerCase() }
}
