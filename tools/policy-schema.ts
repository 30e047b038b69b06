import { writeFileSync } from 'node:fs'
import { policySchema } from '#lib/policy/schema.ts'

// A test compares the file with the code, so that what is published is what is read.
writeFileSync('docs/policy.schema.json', `${JSON.stringify(policySchema(), null, 2)}\n`)
