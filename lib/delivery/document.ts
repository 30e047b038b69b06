import { isRecord } from '#lib/is-record.ts'
import { parse } from 'yaml'
import { z } from 'zod'

/** One sealed file that GitOps applies to this cluster, and the object in it. `object` is undefined when the file is deleted. */
export type AppliedFile = {
  readonly path: string
  readonly group: string
  /** As in the document; of a deleted file, in lower case as in its path. */
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly object: Readonly<Record<string, unknown>> | undefined
}

const Head = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
})

/** What the applier of `cluster` takes of a set of files (decisions.md 14: clusters/<cluster>/ only, one document each). */
export function appliedFiles(
  cluster: string,
  files: readonly { readonly path: string; readonly text: string | undefined }[],
): readonly AppliedFile[] {
  return files.filter(({ path }) => path.startsWith(`clusters/${cluster}/`)).flatMap(({ path, text }) => readFile(path, text) ?? [])
}

function readFile(path: string, text: string | undefined): AppliedFile | undefined {
  if (text === undefined) return fromPath(path)
  const head = Head.safeParse(parseYaml(text))
  if (!head.success) return undefined
  const { apiVersion, kind, metadata } = head.data
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
  return { path, group, kind, namespace: metadata.namespace ?? '', name: metadata.name, object: head.data }
}

function fromPath(path: string): AppliedFile | undefined {
  const [, , place, kindGroup, file] = path.split('/')
  if (place === undefined || kindGroup === undefined || file === undefined) return undefined
  const [kind = '', ...group] = kindGroup.split('.')
  return {
    path,
    group: group.join('.'),
    kind,
    namespace: place === '_cluster' ? '' : place,
    name: file.replace(/\.ya?ml$/, ''),
    object: undefined,
  }
}

function parseYaml(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 })
  } catch {
    return undefined
  }
}

/** Every field of `wanted` stands in `live` with the same value; what the API server added (defaults) is no difference. */
export function covers(live: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted))
    return Array.isArray(live) && live.length === wanted.length && wanted.every((each, index) => covers(live[index], each))
  if (isRecord(wanted)) return isRecord(live) && Object.entries(wanted).every(([key, value]) => covers(live[key], value))
  return live === wanted || (wanted === null && live === undefined)
}
