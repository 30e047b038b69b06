import { parseAllDocuments } from 'yaml'
import { type KubeObject, type ObjectRef, refOf } from '../kube-client.ts'

/** A file of the tree as the applier sees it: the object to apply, its place in the order, and what must be there first. */
export type AppliedDocument = {
  readonly path: string
  readonly blob: string
  readonly object: KubeObject
  readonly id: string
  readonly wave: number
  readonly kindRank: number
  /** Ids of objects from `config.kubernetes.io/depends-on`. */
  readonly dependsOn: readonly string[]
}

const KIND_RANK: Readonly<Record<string, number>> = { CustomResourceDefinition: 0, Namespace: 1 }
const OTHER_RANK = 2

/** The id of an object in the standard notation: `group/namespaces/ns/Kind/name`, or `group/Kind/name` without namespace. */
export function idOf({ apiVersion, kind, namespace, name }: ObjectRef): string {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
  return [group, ...(namespace === undefined ? [] : ['namespaces', namespace]), kind, name].join('/')
}

/** Reads one file. Throws with a sentence for the author when it is not one named Kubernetes object. */
export function readDocument(path: string, blob: string, text: string): AppliedDocument {
  const [document, ...more] = parseAllDocuments(text)
  if (document === undefined || more.length > 0) throw new Error('The file must hold exactly one YAML document.')
  const [problem] = document.errors
  if (problem !== undefined) throw new Error(problem.message)
  const object: unknown = document.toJS()
  if (!isKubeObject(object)) throw new Error('The document needs apiVersion, kind and metadata.name.')
  const { annotations = {} } = object.metadata
  const wave = Number(annotations['argocd.argoproj.io/sync-wave'] ?? 0)
  const dependsOn = (annotations['config.kubernetes.io/depends-on'] ?? '').split(',').map((id) => id.trim())
  return {
    path,
    blob,
    object,
    id: idOf(refOf(object)),
    wave: Number.isFinite(wave) ? wave : 0,
    kindRank: KIND_RANK[object.kind] ?? OTHER_RANK,
    dependsOn: dependsOn.filter((id) => id !== ''),
  }
}

function isKubeObject(value: unknown): value is KubeObject {
  if (typeof value !== 'object' || value === null || !('apiVersion' in value) || !('kind' in value) || !('metadata' in value)) return false
  const { apiVersion, kind, metadata } = value
  const named = typeof metadata === 'object' && metadata !== null && 'name' in metadata && typeof metadata.name === 'string'
  return typeof apiVersion === 'string' && typeof kind === 'string' && named
}
