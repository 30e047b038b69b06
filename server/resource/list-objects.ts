import 'server-only'
import { z } from 'zod'
import { atLeast, restricted } from '#lib/access/level.ts'
import { AppError } from '#lib/error.ts'
import { groupOfPart } from '#lib/kube/group-part.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { refOf } from '#lib/kube/ref.ts'
import { servedAs } from '#lib/kube/resolve.ts'
import { parseSelector, selects } from '#lib/kube/selector.ts'
import { healthReading } from '#lib/kube/summary.ts'
import { HEALTHS } from '#lib/kube/summary/reading.ts'
import type { ResourceRow, ResourcesView } from '#lib/resource/view.ts'
import { askedCluster } from '#server/access/in-cluster.ts'
import { everyKind } from '#server/adapter/kube/every-kind.ts'
import { createScene, type Scene } from '#server/history/scene.ts'
import { type Columns, columnsOf } from '#server/resource/columns.ts'
import { type Listing, listingOf } from '#server/resource/listing.ts'
import { columnOf } from '#server/resource/order.ts'
import { meetsCondition, parseCondition } from '#server/resource/pick.ts'
import { kindLine } from '#server/resource/kind-lines.ts'
import { readAhead } from '#server/resource/read-ahead.ts'
import { query } from '#server/verb.ts'

const PAGE = 50
const NAMESPACES_MAX = 500

const word = z.string().trim().max(253).optional()

const Input = z.object({
  cluster: word,
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
  async run(asker, asked): Promise<ResourcesView> {
    const ctx = askedCluster(asker, asked.cluster)
    const kind = servedAs(everyKind(ctx.kube), asked)
    if (kind === undefined)
      throw new AppError('not_found', `${ctx.kube.cluster} serves no ${asked.kind} of ${asked.group || 'the core group'}.`)
    await ctx.kube.follow(kind.group, kind.kind)
    const all = ctx.kube.listKind(kind.group, kind.kind)
    const objects = all.state === 'down' ? NONE : all.value
    const listing = listingOf(`${ctx.kube.cluster} ${kind.group}/${kind.kind}`, objects)
    const columns = columnsOf(ctx, kind, objects)
    const scene = await createScene(ctx)
    // Nobody is asked about fields that are not looked into.
    const readable = await readableIn(scene, looksInside(asked) ? listing : undefined)
    readAhead(objects, columns.cells, scene.levelKey)
    const found = foundIn(listing, asked, columns, readable)
    const pages = Math.max(1, Math.ceil(found.length / PAGE))
    const page = Math.min(asked.page, pages)
    const named = listing.names().objects
    const shown = found.slice((page - 1) * PAGE, page * PAGE).flatMap((place) => named[place] ?? [])
    return {
      cluster: ctx.kube.cluster,
      line: kindLine(ctx, kind, listing.health()),
      namespaced: kind.namespaced,
      namespaces: listing.namespaces().slice(0, NAMESPACES_MAX),
      columns: columns.columns,
      columnsFrom: columns.from,
      rows: await Promise.all(shown.map((object) => rowOf(scene, object, columns))),
      found: found.length,
      page,
      pages,
      closed: !readable.all,
    }
  },
})

const NONE: readonly KubeObject[] = []

/** Labels and columns need Operational; name, namespace, health and conditions are for every level. */
const looksInside = ({ label, q, sort }: Asked): boolean => Boolean(label) || Boolean(q) || /^-?c/.test(sort ?? '')

/** Whether this viewer may read inside an object, and whether that is so for all that were asked about. */
type Readable = { readonly of: (object: KubeObject) => boolean; readonly all: boolean }

/** What decides about an object decides about all of its kind and domains, so it is asked once for each of these. */
async function readableIn(scene: Scene, listing: Listing | undefined): Promise<Readable> {
  const asked = listing === undefined ? [] : [...listing.keys(scene.levelKey)]
  const levels = await Promise.all(asked.map(([, object]) => scene.levelOfRef(refOf(scene.ctx.kube.cluster, object))))
  const open = new Set(asked.flatMap(([key], at) => (atLeast(levels[at] ?? 'Dependency', 'Operational') ? [key] : [])))
  const all = open.size === asked.length
  return { all, of: (object) => all || open.has(scene.levelKey(object)) }
}

/** What is asked for, as places in the order by name. What the viewer may not read and what is empty stand last, by name, so that their place says nothing. */
function foundIn(listing: Listing, asked: Asked, columns: Columns, readable: Readable): readonly number[] {
  const { places, values } = listing.order(asked.sort ?? 'name', columns)
  const found = filtered(listing, places, asked, { columns, readable })
  if (columnOf(asked.sort ?? '') === undefined) return found
  const named = listing.names().objects
  const isTold = (place: number): boolean => {
    const object = named[place]
    return values[place] !== undefined && object !== undefined && readable.of(object)
  }
  return [...found.filter(isTold), ...found.filter((place) => !isTold(place)).toSorted((a, b) => a - b)]
}

type Looking = { readonly columns: Columns; readonly readable: Readable }

function filtered(listing: Listing, places: readonly number[], asked: Asked, { columns, readable }: Looking): readonly number[] {
  const condition = asked.condition ? parseCondition(asked.condition) : undefined
  const selector = asked.label ? selectorOf(asked.label) : undefined
  const q = asked.q?.toLowerCase() ?? ''
  if (q === '' && !asked.namespace && asked.health === undefined && condition === undefined && selector === undefined) return places
  const { objects, texts } = listing.names()
  const lines = q === '' ? [] : listing.lines(columns)
  return places.filter((place) => {
    const object = objects[place]
    if (object === undefined) return false
    // The cheapest first: of a hundred thousand most are told by their name alone.
    const isNamed = q === '' || texts[place]?.includes(q) === true
    if (!isNamed && lines[place]?.includes(q) !== true) return false
    if (asked.namespace && object.metadata.namespace !== asked.namespace) return false
    if (asked.health !== undefined && healthReading(object).health !== asked.health) return false
    if (condition !== undefined && !meetsCondition(object, condition)) return false
    // What cannot match is never asked about; the answer is the same either way.
    if (selector !== undefined && !selects(selector, object.metadata.labels)) return false
    return (isNamed && selector === undefined) || readable.of(object)
  })
}

function selectorOf(text: string) {
  const parsed = parseSelector(text)
  if (!parsed.ok) throw new AppError('invalid', parsed.error, { fields: [{ field: 'label', message: parsed.error }] })
  return parsed.value
}

async function rowOf(scene: Scene, object: KubeObject, columns: Columns): Promise<ResourceRow> {
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
