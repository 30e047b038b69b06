import 'server-only'
import { z } from 'zod'
import { servedAs } from '#lib/kube/resolve.ts'
import { appliedFiles } from '#lib/delivery/document.ts'
import { CONCEPT } from '#lib/kube/concept.ts'
import { AppError } from '#lib/error.ts'
import type { World } from '#server/context.ts'
import type { Sealed } from '#server/delivery/sealed.ts'

const Spec = z.looseObject({ decision: z.looseObject({ evaluationHash: z.string().optional() }).optional() })
const Status = z.looseObject({ evaluation: z.looseObject({ evaluationHash: z.string().optional() }).optional() })
const short = (hash: string | undefined): string => hash?.replace(/^sha256:/, '').slice(0, 8) ?? 'nothing'

/**
 * Why an approved admission no longer means what was approved, or undefined while it holds (decisions.md 11). Asked of the
 * API server now; throws AppError('unavailable') when it does not answer.
 */
export async function changedEvaluation({ kube }: Pick<World, 'kube'>, sealed: Sealed): Promise<string | undefined> {
  if (sealed.proposal.kind !== 'admission' || sealed.proposal.outcome !== 'Approved') return undefined
  const texts = sealed.files.map(({ path, bytes }) => ({ path, text: bytes && new TextDecoder().decode(bytes) }))
  const file = appliedFiles(kube.cluster, texts).find(({ kind }) => kind === CONCEPT.rar.kind)
  if (file === undefined) return 'The sealed files hold no request.'
  const served = servedAs(kube.servedKinds(), file)
  if (served === undefined)
    throw new AppError('unavailable', 'The cluster does not serve admission requests now, so nothing can be merged.')
  const approved = Spec.safeParse(file.object?.['spec']).data?.decision?.evaluationHash
  const live = await kube.fetch(served, file.namespace, file.name)
  if (live === undefined) return 'The request no longer exists in the cluster.'
  if (Spec.safeParse(live.spec).data?.decision !== undefined) return undefined
  const now = Status.safeParse(live.status).data?.evaluation?.evaluationHash
  if (now === approved) return undefined
  return `The evaluation changed since the decision: approved ${short(approved)}, now ${short(now)}.`
}
