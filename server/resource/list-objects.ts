import 'server-only'
import { z } from 'zod'
import { atLeast, restricted } from '#lib/access/level.ts'
import { AppError } from '#lib/error.ts'
import { groupOfPart } from '#lib/kube/group-part.ts'
import { masked } from '#lib/kube/mask.ts'
import { type KubeObject } from '#lib/kube/object.ts'
import { refOf } from '#lib/kube/ref.ts'
import { servedAs } from '#lib/kube/resolve.ts'
import { parseSelector, selects } from '#lib/kube/selector.ts'
import { healthReading } from '#lib/kube/summary.ts'
import { HEALTHS } from '#lib/kube/summary/health.ts'
import type { ResourceRow, ResourcesView } from '#lib/resource/view.ts'
import { createScene, type Scene } from '#server/history/scene.ts'
import { type Columns, columnsOf } from '#server/resource/columns.ts'
import { type Candidate, meetsCondition, ordered, parseCondition } from '#server/resource/pick.ts'
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
    const readable = readableIn(scene)
    const found = await filtered(objects, asked, columns, readable)
    const sorted = ordered(found, asked.sort)
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
      closed: looksInside(asked) && (await hidesSome(objects, readable)),
    }
  },
})

/** Labels and columns need Operational; name, namespace, health and conditions are for every level. */
const looksInside = ({ label, q, sort }: Asked): boolean => Boolean(label) || Boolean(q) || /^-?c/.test(sort ?? '')

type Readable = (object: KubeObject) => Promise<boolean>

/** Whether this viewer may read inside an object, asked once for each. */
function readableIn(scene: Scene): Readable {
  const known = new Map<KubeObject, boolean>()
  return async (object) => {
    const before = known.get(object)
    if (before !== undefined) return before
    const is = atLeast(await scene.levelOfRef(refOf(scene.ctx.kube.cluster, object)), 'Operational')
    known.set(object, is)
    return is
  }
}

async function hidesSome(objects: readonly KubeObject[], readable: Readable): Promise<boolean> {
  for (const object of objects) if (!(await readable(object))) return true
  return false
}

async function filtered(objects: readonly KubeObject[], asked: Asked, columns: Columns, readable: Readable): Promise<readonly Candidate[]> {
  const condition = asked.condition ? parseCondition(asked.condition) : undefined
  const selector = asked.label ? selectorOf(asked.label) : undefined
  const bySort = /^-?c/.test(asked.sort ?? '')
  const q = asked.q?.toLowerCase() ?? ''
  const found: Candidate[] = []
  for (const object of objects) {
    const { name, namespace = '', labels } = object.metadata
    if (asked.namespace && namespace !== asked.namespace) continue
    if (asked.health !== undefined && healthReading(object).health !== asked.health) continue
    if (condition !== undefined && !meetsCondition(object, condition)) continue
    // What cannot match is never asked about; the answer is the same either way.
    if (selector !== undefined && !selects(selector, labels)) continue
    const named = `${namespace}/${name}`.toLowerCase().includes(q)
    const cells = named && !bySort ? undefined : columns.cells(masked(object))
    if (!named && cells?.some((cell) => cell?.toLowerCase().includes(q)) !== true) continue
    const open = (named && selector === undefined && !bySort) || (await readable(object))
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
  const { health, words, detail } = healthReading(object)
  return {
    ref,
    health,
    words,
    detail: detail === undefined || open ? detail : restricted('Operational'),
    created: object.metadata.creationTimestamp,
    level,
    cells: open ? columns.cells(masked(object)) : columns.columns.map(() => restricted('Operational')),
  }
}
