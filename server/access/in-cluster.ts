import 'server-only'
import { AppError } from '#lib/error.ts'
import type { Ctx } from '#server/context.ts'

/**
 * The same caller asking about another cluster that is read: its objects come from there, and Guardian answers for that cluster
 * (guardian.md 3.1). Undefined for a cluster that this portal does not read.
 */
export function inCluster(ctx: Ctx, cluster: string): Ctx | undefined {
  if (ctx.kube.cluster === cluster) return ctx
  const kube = ctx.clusters.find((each) => each.cluster === cluster)
  const { guardian } = ctx
  return kube && { ...ctx, kube, guardian: { ...guardian, check: (login, asked) => guardian.check(login, { cluster, ...asked }) } }
}

/** As `inCluster`; the cluster that is decided about when none is named. Throws not_found, naming what is read. */
export function askedCluster(ctx: Ctx, cluster: string | undefined): Ctx {
  const found = inCluster(ctx, cluster ?? ctx.clusters[0].cluster)
  if (found === undefined) throw new AppError('not_found', `This portal reads no cluster ${cluster}. It reads ${clustersRead(ctx)}.`)
  return found
}

/** The clusters that are read, as words. */
export const clustersRead = ({ clusters }: Pick<Ctx, 'clusters'>): string => clusters.map(({ cluster }) => cluster).join(', ')
