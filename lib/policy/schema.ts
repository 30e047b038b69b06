import { z } from 'zod'
import { PolicyFile } from '#lib/policy/policy.ts'

/** The JSON Schema of the policy file as people write it, for editors and reviewers; published as docs/policy.schema.json. */
export function policySchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(PolicyFile, { io: 'input', reused: 'inline' })
  return {
    $schema,
    title: 'vortex/policy.yaml',
    description: 'Who decides what. Unknown keys are refused; what is absent gives no right. Explained in docs/policy.md.',
    ...schema,
  }
}
