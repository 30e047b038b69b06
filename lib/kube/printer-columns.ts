import { type JsonPath, parseJsonPath, readJsonPath } from '#lib/kube/json-path.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { at, inWords } from '#lib/kube/summary/read.ts'

/** One column of a kind's table as its CustomResourceDefinition says. */
export type PrinterColumn = { readonly title: string; readonly type: string; readonly path: JsonPath | undefined }

const COLUMNS_MAX = 6
const TITLE_MAX = 40

/** The columns of a version, without those every table has (name, age) and without the ones for wide output. */
export function printerColumns(crd: KubeObject, version: string): readonly PrinterColumn[] {
  const versions = at(crd.spec, 'versions')
  const served: unknown = Array.isArray(versions) ? versions.find((each: unknown) => at(each, 'name') === version) : undefined
  const columns = at(served, 'additionalPrinterColumns')
  if (!Array.isArray(columns)) return []
  return columns
    .flatMap((column: unknown): readonly PrinterColumn[] => {
      const [title, type, path, priority] = ['name', 'type', 'jsonPath', 'priority'].map((key) => at(column, key))
      if (typeof title !== 'string' || typeof path !== 'string' || (typeof priority === 'number' && priority > 0)) return []
      if (/^\.metadata\.(name|namespace|creationTimestamp)$/.test(path.trim())) return []
      return [{ title: title.slice(0, TITLE_MAX), type: typeof type === 'string' ? type : 'string', path: parseJsonPath(path) }]
    })
    .slice(0, COLUMNS_MAX)
}

/** What a column says of an object; undefined where its path finds nothing, as kubectl leaves it empty. */
export function cellOf({ path }: PrinterColumn, object: KubeObject): string | undefined {
  if (path === undefined) return undefined
  const found = readJsonPath(path, object)
  return found.length <= 1 ? inWords(found[0]) : inWords(found)
}
