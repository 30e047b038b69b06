import 'server-only'
import { isKubernetesGroup } from '#lib/kube/built-in.ts'
import { CONCEPT, type ServedKind } from '#lib/kube/concept.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { meaningOf, resolveAll, unserved } from '#lib/kube/resolve.ts'
import { healthReading } from '#lib/kube/summary.ts'
import type { Health } from '#lib/kube/summary/reading.ts'
import type { KindLine, MissingConcept, Shelf } from '#lib/resource/view.ts'
import type { Ctx } from '#server/context.ts'

/** What is said of a kind whatever its objects are. */
type Named = Pick<KindLine, 'group' | 'kind' | 'version' | 'shelf' | 'known' | 'generation' | 'among'>
/** `text` is what a filter looks into. */
export type Shelved = { readonly kind: ServedKind; readonly named: Named; readonly text: string }
type Shelves = { readonly all: readonly Shelved[]; readonly missing: readonly MissingConcept[] }

// Discovery gives a new list when it looked again; until then thousands of kinds mean what they meant.
const shelves = new WeakMap<readonly ServedKind[], Shelves>()
const order = new Intl.Collator('en')

/** Served kinds by the names that people call them, and the concepts that no name of is served. */
export function shelvesOf(served: readonly ServedKind[]): Shelves {
  const known = shelves.get(served)
  if (known !== undefined) return known
  const all = served
    .map((kind): Shelved => {
      const named = namedOf(kind, served)
      return { kind, named, text: `${kind.kind} ${kind.plural} ${kind.group || 'core'} ${named.known ?? ''}`.toLowerCase() }
    })
    .toSorted(({ named: a }, { named: b }) => order.compare(a.known ?? a.kind, b.known ?? b.kind) || order.compare(a.group, b.group))
  const missing = unserved(served).map((concept): MissingConcept => ({
    family: CONCEPT[concept].family,
    kind: CONCEPT[concept].kind,
    names: CONCEPT[concept].names.map(({ group, kind }) => `${kind}.${group}`),
  }))
  const made: Shelves = { all, missing }
  shelves.set(served, made)
  return made
}

/** One served kind with the number and the health of its objects (`counted` where it is known); what cannot be read says why instead of zero. */
export const kindLine = (ctx: Pick<Ctx, 'kube'>, kind: ServedKind, counted?: KindLine['health']): KindLine =>
  lineOf(ctx, kind, namedOf(kind, ctx.kube.servedKinds()), counted)

export function lineOf({ kube }: Pick<Ctx, 'kube'>, kind: ServedKind, named: Named, counted?: KindLine['health']): KindLine {
  if (kube.isLeftOut(kind.group, kind.kind)) return { ...named, count: 0, health: NONE, state: 'unopened', problem: undefined }
  const all = kube.listKind(kind.group, kind.kind)
  return {
    ...named,
    count: all.state === 'down' ? 0 : all.value.length,
    health: all.state === 'down' ? NONE : (counted ?? healthIn(all.value)),
    state: all.state,
    problem: all.state === 'fresh' ? undefined : all.problem,
  }
}

const NONE: KindLine['health'] = { danger: 0, caution: 0, unknown: 0, ok: 0 }
// A list is replaced when anything of it changes: what was counted in it holds as long as it is there.
const counts = new WeakMap<readonly KubeObject[], KindLine['health']>()

/** How many objects stand how. */
export function healthIn(objects: readonly KubeObject[]): KindLine['health'] {
  const known = counts.get(objects)
  if (known !== undefined) return known
  const made: Record<Health, number> = { ...NONE }
  for (const object of objects) made[healthReading(object).health] += 1
  counts.set(objects, made)
  return made
}

function namedOf(kind: ServedKind, served: readonly ServedKind[]): Named {
  const meaning = meaningOf(kind)
  const names = meaning === undefined ? [] : resolveAll(meaning.concept, served)
  const best = names[0]
  const newest = meaning === undefined ? undefined : CONCEPT[meaning.concept].kind
  return {
    group: kind.group,
    kind: kind.kind,
    version: kind.version,
    shelf: shelfOf(kind),
    known: newest === kind.kind ? undefined : newest,
    generation: meaning?.name.generation,
    among: names.length < 2 ? 'only' : best?.group === kind.group && best.kind === kind.kind ? 'best' : 'older',
  }
}

function shelfOf(kind: ServedKind): Shelf {
  const meaning = meaningOf(kind)
  if (meaning !== undefined) return CONCEPT[meaning.concept].family
  return isKubernetesGroup(kind.group) ? 'Kubernetes' : 'Other kinds'
}
