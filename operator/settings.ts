import { z } from 'zod'
import { CONCEPT } from '#lib/kube/concept.ts'
import { APP_CONCEPTS } from '#lib/profile/facts.ts'

/** The kinds whose status this process can write. */
export const WRITABLE: readonly string[] = [CONCEPT.rar.kind, ...APP_CONCEPTS.map((concept) => CONCEPT[concept].kind)]

const Settings = z.object({
  VORTEX_KUBECONFIG: z.string().optional(),
  VORTEX_KUBE_CONTEXT: z.string().optional(),
  VORTEX_CLUSTER: z.string().default('ccs-mgmt'),
  /** Kinds to write, separated by commas; leave out each that a real operator writes. */
  VORTEX_OPERATOR_KINDS: z
    .string()
    .default(WRITABLE.join(','))
    .transform((text) =>
      text
        .split(',')
        .map((kind) => kind.trim())
        .filter((kind) => kind !== ''),
    )
    .pipe(z.array(z.enum(WRITABLE))),
  /** Mirrors `autoAdmission.enabled` of the policy file; it moves `autoAdmissible` only, the operator never decides. */
  VORTEX_OPERATOR_AUTO_ADMISSION: z
    .enum(['on', 'off'])
    .default('off')
    .transform((text) => text === 'on'),
})

export type Settings = {
  readonly kubeconfig: string | undefined
  readonly context: string | undefined
  readonly cluster: string
  readonly kinds: readonly string[]
  readonly autoAdmission: boolean
}

/** Reads the operator's settings; throws with the name of each variable that is wrong. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const parsed = Settings.parse(environment)
  return {
    kubeconfig: parsed.VORTEX_KUBECONFIG,
    context: parsed.VORTEX_KUBE_CONTEXT,
    cluster: parsed.VORTEX_CLUSTER,
    kinds: parsed.VORTEX_OPERATOR_KINDS,
    autoAdmission: parsed.VORTEX_OPERATOR_AUTO_ADMISSION,
  }
}
