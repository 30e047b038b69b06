import 'server-only'
import { CONCEPT, type ServedKind } from '#lib/kube/concept.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { meaningOf, resolveAll } from '#lib/kube/resolve.ts'
import { healthReading } from '#lib/kube/summary.ts'
import type { Health } from '#lib/kube/summary/health.ts'
import type { KindLine, Shelf } from '#lib/resource/view.ts'
import type { Ctx } from '#server/context.ts'

/** One served kind with the number and the health of its objects (`counted` where it is known); what cannot be read says why instead of zero. */
export function kindLine(ctx: Pick<Ctx, 'kube'>, kind: ServedKind, counted?: KindLine['health']): KindLine {
  const all = ctx.kube.listKind(kind.group, kind.kind)
  const meaning = meaningOf(kind)
  const names = meaning === undefined ? [] : resolveAll(meaning.concept, ctx.kube.servedKinds())
  const best = names[0]
  const newest = meaning === undefined ? undefined : CONCEPT[meaning.concept].kind
  const objects = all.state === 'down' ? [] : all.value
  const health = counted ?? healthIn(objects)
  return {
    group: kind.group,
    kind: kind.kind,
    version: kind.version,
    shelf: shelfOf(kind),
    known: newest === kind.kind ? undefined : newest,
    generation: meaning?.name.generation,
    among: names.length < 2 ? 'only' : best?.group === kind.group && best.kind === kind.kind ? 'best' : 'older',
    count: objects.length,
    health,
    state: all.state,
    problem: all.state === 'fresh' ? undefined : all.problem,
  }
}

/** How many objects stand how. */
export function healthIn(objects: readonly KubeObject[]): Record<Health, number> {
  const health: Record<Health, number> = { danger: 0, caution: 0, unknown: 0, ok: 0 }
  for (const object of objects) health[healthReading(object).health] += 1
  return health
}

const KUBERNETES = /(^$|\.k8s\.io$|^(apps|batch|autoscaling|policy|extensions)$)/

function shelfOf(kind: ServedKind): Shelf {
  const meaning = meaningOf(kind)
  if (meaning !== undefined) return CONCEPT[meaning.concept].family
  return KUBERNETES.test(kind.group) ? 'Kubernetes' : 'Other kinds'
}
