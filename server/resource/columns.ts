import 'server-only'
import type { ServedKind } from '#lib/kube/concept.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { cellOf, printerColumns } from '#lib/kube/printer-columns.ts'
import { summaryOf } from '#lib/kube/summary.ts'
import type { ResourceColumn, ResourcesView } from '#lib/resource/view.ts'
import type { Ctx } from '#server/context.ts'

export type Columns = {
  readonly columns: readonly ResourceColumn[]
  readonly from: ResourcesView['columnsFrom']
  /** One text per column; undefined where the object has none. The object must be masked. */
  readonly cells: (object: KubeObject) => readonly (string | undefined)[]
}

const FACTS_MAX = 5
const LOOKED_AT = 50

/** The columns that the kind's own definition asks for, where it can be read and asks for any; else what the portal knows of the kind. */
export function columnsOf(ctx: Pick<Ctx, 'kube'>, kind: ServedKind, objects: readonly KubeObject[]): Columns {
  const found = ctx.kube.get('apiextensions.k8s.io', 'CustomResourceDefinition', '', `${kind.plural}.${kind.group}`)
  const definition = found.state === 'down' ? undefined : found.value
  const printed = definition === undefined ? [] : printerColumns(definition, kind.version)
  if (printed.length > 0)
    return {
      columns: printed.map(({ title, type }, index) => ({ key: `c${index}`, title, time: type === 'date' })),
      from: 'definition',
      cells: (object) => printed.map((column) => cellOf(column, object)),
    }
  const labels = [...new Set(objects.slice(0, LOOKED_AT).flatMap((object) => summaryOf(object).facts.map(({ label }) => label)))].slice(
    0,
    FACTS_MAX,
  )
  return {
    columns: labels.map((title, index) => ({ key: `c${index}`, title, time: false })),
    from: 'portal',
    cells: (object) => {
      const { facts } = summaryOf(object)
      return labels.map((label) => facts.find((fact) => fact.label === label)?.value)
    },
  }
}
