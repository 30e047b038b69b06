import type { Permit } from '#lib/approval/view.ts'

/** A person's look at an automatic admission that was drawn by its digest (docs/policy.md, autoAdmission.sample). */
export type SampleView = {
  readonly may: Permit
  readonly review: { readonly login: string; readonly verdict: 'right' | 'wrong'; readonly note: string; readonly at: string } | undefined
}

/** Who may review: a person who could have decided it, once. */
export function samplePermit(from: {
  readonly viewer: { readonly login: string; readonly kind: 'person' | 'machine' | 'system' }
  readonly named: ReadonlySet<string>
  readonly contributors: ReadonlySet<string>
  readonly reviewed: boolean
}): Permit {
  const who = [...from.named].filter((login) => !from.contributors.has(login) && login !== from.viewer.login).toSorted()
  const no = (reason: string): Permit => ({ allowed: false, reason, who })
  if (from.viewer.kind !== 'person') return no('Only a signed-in person reviews a sample.')
  if (from.reviewed) return no('This sample is reviewed, and a review stays.')
  if (from.contributors.has(from.viewer.login)) return no('You contributed to it, and nobody who contributed may review it.')
  if (!from.named.has(from.viewer.login)) return no('vortex/policy.yaml does not name you for any party of this request.')
  return { allowed: true, reason: 'You could have decided it.', who: [] }
}
