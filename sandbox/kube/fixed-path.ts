import { wantedDiscovery } from './answer.ts'
import type { Backend } from './backend.ts'
import { aggregated, apiVersions, groupList, groupOf, resourceList } from './discovery.ts'
import type { JsonObject } from './json.ts'
import { openApiDocument, openApiIndex } from './openapi.ts'

/** Health, version, discovery and OpenAPI; null when the path is none of these. A text is sent as it is. */
export function fixedPath({ registry, url }: Backend, path: string, accept: string): { body: JsonObject; type?: string } | string | null {
  if (path === '/healthz' || path === '/livez' || path === '/readyz' || /^\/(livez|readyz|healthz)\/ping$/.test(path)) return 'ok'
  if (path === '/version' || path === '/version/')
    return {
      body: {
        major: '1',
        minor: '36',
        gitVersion: 'v1.36.3+sandbox',
        gitCommit: '',
        gitTreeState: 'clean',
        buildDate: '1970-01-01T00:00:00Z',
        goVersion: '',
        compiler: '',
        platform: 'linux/amd64',
      },
    }
  const discovery = wantedDiscovery(accept)
  if ((path === '/api' || path === '/apis') && discovery !== null)
    return {
      body: aggregated(registry, path === '/api', discovery),
      type: `application/json;g=apidiscovery.k8s.io;v=${discovery};as=APIGroupDiscoveryList`,
    }
  if (path === '/api') return { body: apiVersions(url()) }
  if (path === '/apis') return { body: groupList(registry) }
  // Kubernetes calls this one text/plain.
  if (path === '/openapi/v3') return { body: openApiIndex(registry), type: 'text/plain; charset=utf-8' }
  const [, document, group = '', version = ''] = /^\/openapi\/v3\/(apis?)\/(?:([^/]+)\/)?([^/]+)$/.exec(path) ?? []
  if (document !== undefined) return wrap(openApiDocument(registry, group, version))
  const [, root, first, second] = /^\/(apis?)\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? []
  if (root === 'api' && first !== undefined && second === undefined) return wrap(resourceList(registry, '', first))
  if (root === 'apis' && first !== undefined)
    return wrap(second === undefined ? groupOf(registry, first) : resourceList(registry, first, second))
  return null
}
const wrap = (body: JsonObject | null): { body: JsonObject } | null => (body === null ? null : { body })
