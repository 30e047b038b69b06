import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

type Kubeconfig = {
  readonly clusters: readonly [{ readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } }]
  readonly users: readonly { readonly name: string; readonly user: { readonly token: string } }[]
}

/** What a client needs for one context of the sandbox's kubeconfig. */
export function contextOf(path: string, context: string): { readonly url: string; readonly caPem: string; readonly token: string } {
  const { clusters, users } = parse(readFileSync(path, 'utf8')) as Kubeconfig // safe: written by the sandbox
  const found = users.find(({ name }) => name === context)
  if (found === undefined) throw new Error(`no context ${context} in ${path}`)
  const { server, 'certificate-authority-data': authority } = clusters[0].cluster
  return { url: server, caPem: Buffer.from(authority, 'base64').toString('utf8'), token: found.user.token }
}
