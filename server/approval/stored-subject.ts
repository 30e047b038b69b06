import 'server-only'
import { z } from 'zod'
import type { KubeObject } from '#lib/kube/object.ts'

const isObject = (value: unknown): value is KubeObject =>
  typeof value === 'object' && value !== null && 'kind' in value && 'apiVersion' in value && 'metadata' in value

const Finding = z.object({
  rule: z.string(),
  severity: z.enum(['info', 'ambiguous', 'violation']),
  message: z.string(),
})

const Participant = z
  .object({
    role: z.enum(['Initiator', 'Counterpart']),
    identity: z.string(),
    domain: z.string().optional(),
    problem: z.string().optional(),
  })
  .transform(({ role, identity, domain, problem }) => ({ role, identity, domain, problem }))

/** What `change_request.subject` holds: the object as last seen, or what a profile or policy request says about itself. */
const StoredSubject = z.object({
  object: z.custom<KubeObject>(isObject).optional(),
  /** Digest per part of the meaning, so that a lapse can name what changed. */
  parts: z.record(z.string(), z.string()).default({}),
  title: z.string().optional(),
  domain: z.string().optional(),
  domainProblem: z.string().optional(),
  plural: z.string().optional(),
  editors: z.array(z.string()).default([]),
  findings: z.array(Finding).default([]),
  /** Of a request that is files: who is concerned where that is more than one domain, and the requester's reason. */
  participants: z.array(Participant).optional(),
  justification: z.string().optional(),
  /** Of an undo: digest of what was approved by path, null where it was deleted. Main must still hold it. */
  approved: z.record(z.string(), z.string().nullable()).optional(),
})
export type StoredSubject = z.output<typeof StoredSubject>

export const readStored = (subject: unknown): StoredSubject => StoredSubject.catch({ parts: {}, editors: [], findings: [] }).parse(subject)
