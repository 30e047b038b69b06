import 'server-only'
import { GROUP } from '#server/testing/watch-world.ts'

export type Written = {
  readonly metadata: {
    readonly name: string
    readonly uid?: string
    readonly resourceVersion?: string
    readonly labels?: Readonly<Record<string, string>>
  }
  readonly [field: string]: unknown
}

/** A client of the API server that the faults hit as well: what was not answered is tried again. */
export type Writer = {
  readonly apply: (
    document: Written & { readonly apiVersion: string; readonly kind: string },
    manager: string,
    part?: 'status',
  ) => Promise<Written>
  /** Gives the version of the deletion where the server says it; undefined where it does not. */
  readonly remove: (name: string) => Promise<string | undefined>
  readonly list: () => Promise<readonly Written[]>
}

type Ref = { readonly apiVersion: string; readonly kind: string; readonly namespace: string; readonly name: string }
type Client = {
  readonly apply: Writer['apply']
  readonly remove: (ref: Ref) => Promise<void>
  readonly list: (of: { apiVersion: string; kind: string }) => Promise<{ readonly items: Awaited<ReturnType<Writer['list']>> }>
}

/** What the torture writes with, by a client of the API server. */
export function writerOf(client: Client): Writer {
  const of = { apiVersion: `${GROUP}/v1`, kind: 'Widget' }
  return {
    apply: client.apply,
    remove: async (name) => {
      await client.remove({ ...of, namespace: 'default', name })
      return undefined
    },
    list: async () => (await client.list(of)).items,
  }
}
