import type { KubeClient, KubeEvent, KubeObject } from './kube-client.ts'
import { log, wordsOf } from './log.ts'

/** Keeps a copy of all objects of a kind: lists, watches, and begins anew with backoff whenever either ends. */
export function mirror(
  client: KubeClient,
  ref: { readonly apiVersion: string; readonly kind: string },
  onChange: (objects: ReadonlyMap<string, KubeObject>, event?: KubeEvent) => void,
): { readonly close: () => void } {
  const stop = new AbortController()
  const objects = new Map<string, KubeObject>()
  const key = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`
  async function once(): Promise<void> {
    const { items, resourceVersion } = await client.list(ref)
    objects.clear()
    for (const found of items) objects.set(key(found), found)
    onChange(objects)
    await client.watch(
      ref,
      resourceVersion,
      (event) => {
        if (event.type === 'DELETED') objects.delete(key(event.object))
        else objects.set(key(event.object), event.object)
        onChange(objects, event)
      },
      stop.signal,
    )
  }
  async function forever(): Promise<void> {
    let pauseMs = 100
    while (!stop.signal.aborted) {
      try {
        await once()
        pauseMs = 100
      } catch (cause) {
        if (stop.signal.aborted) return
        log.warn('kube.watch.ended', { kind: ref.kind, words: wordsOf(cause) })
        pauseMs = Math.min(pauseMs * 2, 3_000)
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
  void forever()
  return { close: () => stop.abort() }
}
