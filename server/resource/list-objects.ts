import 'server-only'
import { z } from 'zod'
import { atLeast, restricted } from '#lib/access/level.ts'
import { AppError } from '#lib/error.ts'
import { groupOfPart } from '#lib/kube/group-part.ts'
import { type KubeObject } from '#lib/kube/object.ts'
import { refOf } from '#lib/kube/ref.ts'
import { servedAs } from '#lib/kube/resolve.ts'
import { parseSelector, selects } from '#lib/kube/selector.ts'
import { healthReading } from '#lib/kube/summary.ts'
import { HEALTHS } from '#lib/kube/summary/health.ts'
import type { ResourceRow, ResourcesView } from '#lib/resource/view.ts'
import { createScene, type Scene } from '#server/history/scene.ts'
import { type Columns, columnsOf } from '#server/resource/columns.ts'
import { columnOf, type Order, orderOf } from '#server/resource/order.ts'
import { meetsCondition, parseCondition } from '#server/resource/pick.ts'
import { kindLine } from '#server/resource/kind-lines.ts'
import { query } from '#server/verb.ts'

const PAGE = 50
const NAMESPACES_MAX = 500

const word = z.string().trim().max(253).optional()

const Input = z.object({
  group: z.string().max(253).transform(groupOfPart),
  kind: z.string().min(1).max(253),
  namespace: word,
  label: z.string().trim().max(1000).optional(),
  health: z.enum(HEALTHS).optional().catch(undefined),
  condition: z.string().trim().max(253).optional(),
  q: word,
  sort: z
    .string()
    .regex(/^-?(name|namespace|health|age|c\d)$/)
    .optional()
    .catch(undefined),
  page: z.coerce.number().int().min(1).max(1_000_000).catch(1),
})
type Asked = z.output<typeof Input>

/** The objects of one kind, filtered, sorted and cut into pages here, by what this viewer may read (retrieval.md 3.1). */
export const listObjects = query({
  name: 'resource.list',
  input: Input,
  needs: () => ({ signedIn: true }),
  machine: true,
  async run(ctx, asked): Promise<ResourcesView> {
    const kind = servedAs(ctx.kube.servedKinds(), asked)
    if (kind === undefined) throw new AppError('not_found', `This cluster serves no ${asked.kind} of ${asked.group || 'the core group'}.`)
    ctx.kube.follow(kind.group, kind.kind)
    const all = ctx.kube.listKind(kind.group, kind.kind)
    const objects = all.state === 'down' ? [] : all.value
    const columns = columnsOf(ctx, kind, objects)
    const scene = await createScene(ctx)
    // Nobody is asked about fields that are not looked into.
    const readable = await readableIn(scene, looksInside(asked) ? objects : [])
    const sort = asked.sort ?? 'name'
    const order = orderOf(objects, sort, columns)
    const found = filtered(order.objects, asked, columns, readable)
    const sorted = columnOf(sort) === undefined ? found : lastByName(found, orderOf(objects, 'name', columns), columnOf(sort) ?? 0)
    const pages = Math.max(1, Math.ceil(sorted.length / PAGE))
    const page = Math.min(asked.page, pages)
    const rows = await Promise.all(sorted.slice((page - 1) * PAGE, page * PAGE).map((each) => rowOf(scene, each, columns)))
    return {
      line: kindLine(ctx, kind),
      namespaced: kind.namespaced,
      namespaces: [...new Set(objects.map(({ metadata }) => metadata.namespace ?? ''))].filter(Boolean).toSorted().slice(0, NAMESPACES_MAX),
      columns: columns.columns,
      columnsFrom: columns.from,
      rows,
      found: sorted.length,
      page,
      pages,
      closed: !readable.all,
    }
  },
})

/** Labels and columns need Operational; name, namespace, health and conditions are for every level. */
const looksInside = ({ label, q, sort }: Asked): boolean => Boolean(label) || Boolean(q) || /^-?c/.test(sort ?? '')

/** An object that a filter let through; `cells` only where the viewer may read them. */
type Candidate = { readonly object: KubeObject; readonly cells: readonly (string | undefined)[] | undefined }

/** What the viewer may not read and what is empty stand last, by name, so that their place says nothing. */
function lastByName(found: readonly Candidate[], named: Order, column: number): readonly Candidate[] {
  const told = found.filter(({ cells }) => cells?.[column] !== undefined)
  if (told.length === found.length) return found
  const rest = new Map(found.flatMap((each) => (each.cells?.[column] === undefined ? [[each.object, each] as const] : [])))
  return [...told, ...named.objects.flatMap((object) => rest.get(object) ?? [])]
}

/** Whether this viewer may read inside an object, and whether that is so for all that were asked about. */
type Readable = { readonly of: (object: KubeObject) => boolean; readonly all: boolean }

/** What decides about an object decides about all of its kind and domains, so it is asked once for each of these. */
async function readableIn(scene: Scene, objects: readonly KubeObject[]): Promise<Readable> {
  const asked = [...scene.levelKeys(objects)]
  const levels = await Promise.all(asked.map(([, object]) => scene.levelOfRef(refOf(scene.ctx.kube.cluster, object))))
  const open = new Set(asked.flatMap(([key], at) => (atLeast(levels[at] ?? 'Dependency', 'Operational') ? [key] : [])))
  const all = open.size === asked.length
  return { all, of: (object) => all || open.has(scene.levelKey(object)) }
}

function filtered(objects: readonly KubeObject[], asked: Asked, columns: Columns, readable: Readable): readonly Candidate[] {
  const condition = asked.condition ? parseCondition(asked.condition) : undefined
  const selector = asked.label ? selectorOf(asked.label) : undefined
  const bySort = columnOf(asked.sort ?? '') !== undefined
  const q = asked.q?.toLowerCase() ?? ''
  const found: Candidate[] = []
  for (const object of objects) {
    const { name, namespace = '', labels } = object.metadata
    if (asked.namespace && namespace !== asked.namespace) continue
    if (asked.health !== undefined && healthReading(object).health !== asked.health) continue
    if (condition !== undefined && !meetsCondition(object, condition)) continue
    // What cannot match is never asked about; the answer is the same either way.
    if (selector !== undefined && !selects(selector, labels)) continue
    const named = q === '' || `${namespace}/${name}`.toLowerCase().includes(q)
    const cells = named && !bySort ? undefined : columns.cells(object)
    if (!named && cells?.some((cell) => cell?.toLowerCase().includes(q)) !== true) continue
    const open = (named && selector === undefined && !bySort) || readable.of(object)
    if (!open && (selector !== undefined || !named)) continue
    found.push({ object, cells: open ? cells : undefined })
  }
  return found
}

function selectorOf(text: string) {
  const parsed = parseSelector(text)
  if (!parsed.ok) throw new AppError('invalid', parsed.error, { fields: [{ field: 'label', message: parsed.error }] })
  return parsed.value
}

async function rowOf(scene: Scene, { object }: Candidate, columns: Columns): Promise<ResourceRow> {
  const ref = refOf(scene.ctx.kube.cluster, object)
  const level = await scene.levelOfRef(ref)
  const open = atLeast(level, 'Operational')
  const { health, words } = healthReading(object)
  const { creationTimestamp: created } = object.metadata
  return {
    ref,
    health,
    words,
    ...(created !== undefined && { created }),
    cells: open ? columns.cells(object).map((cell) => cell ?? null) : columns.columns.map(() => restricted('Operational')),
  }
}
