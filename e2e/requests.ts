import type { DemoWorld } from './world.ts'

type Spec = Record<string, unknown>

/** A new request made after one of the world's own, as a requester would send it to the API. */
export async function copyOf(world: DemoWorld, name: string, from: string, change: (spec: Spec) => Spec = (spec) => spec): Promise<object> {
  const { apiVersion, kind, spec } = (await world.rar(world.named(from))) ?? {}
  const copied = JSON.parse(JSON.stringify({ ...spec, decision: undefined })) as Spec // safe: a copy of an object
  return { apiVersion, kind, metadata: { name, namespace: 'seam-system' }, spec: change(copied) }
}
