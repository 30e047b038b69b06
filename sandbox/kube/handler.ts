import type { IncomingMessage, ServerResponse } from 'node:http'
import { formed, sendJson, wantedForm, type AnswerForm } from './answer.ts'
import { acceptsGzip, send, type Backend, type Call } from './backend.ts'
import { readObject } from './body.ts'
import { BUILTINS } from './builtin.ts'
import { fixedPath } from './fixed-path.ts'
import { impersonated } from './impersonation.ts'
import { listObjects, served } from './list.ts'
import { forbidden, isAllowed } from './rbac.ts'
import type { Resource } from './resource.ts'
import { review } from './reviews.ts'
import { attributesOf, isWatch, routeOf, type Route } from './routes.ts'
import { methodNotAllowed, noSuchPath, unauthorized } from './status-error.ts'
import { startWatch } from './watch.ts'
import { getObject } from './write.ts'
import { write } from './write-request.ts'

/** Answers one request. Throws StatusError for every refusal. */
export async function handle(backend: Backend, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'https://localhost')
  const path = url.pathname.length > 1 ? url.pathname.replace(/\/$/, '') : url.pathname
  // Node leaves out the body of an answer to HEAD.
  const method = request.method === 'HEAD' || request.method === undefined ? 'GET' : request.method
  const caller = backend.authenticate(request.headers.authorization)
  if (caller === null) throw unauthorized()
  const user = impersonated(backend.storage, caller, request)
  const route = routeOf(path)
  const attributes = attributesOf(method, path, route, url.searchParams)
  if (!isAllowed(backend.storage, user, attributes)) throw forbidden(user, attributes)
  const accept = request.headers.accept ?? ''
  if (route === null) {
    const fixed = method === 'GET' ? fixedPath(backend, path, accept) : null
    if (fixed === null) return sendNothingThere(response)
    if (typeof fixed === 'string') return void response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(fixed)
    return sendJson(response, 200, fixed.body, { gzip: acceptsGzip(request), ...(fixed.type === undefined ? {} : { type: fixed.type }) })
  }
  const call: Call = { request, response, url, user }
  const resource = backend.registry.find(route.group, route.version, route.plural)
  if (resource === undefined) return answerReview(backend, call, route, method)
  const isKnownSub = route.subresource === '' || (route.subresource === 'status' && resource.hasStatus)
  if (
    !isKnownSub ||
    (!resource.isNamespaced && route.namespace !== '' && resource.plural !== 'namespaces') ||
    (resource.isNamespaced && route.namespace === '' && route.name !== '')
  )
    throw noSuchPath()
  if (resource.isNamespaced && route.namespace === '' && method !== 'GET') throw methodNotAllowed()
  return method === 'GET' ? read(backend, call, route, resource) : write(backend, call, route, resource, method)
}

async function answerReview(
  { storage, byToken }: Backend,
  { request, response, user }: Call,
  { group, plural }: Route,
  method: string,
): Promise<void> {
  const answer = method === 'POST' ? review({ storage, user, byToken }, group, plural, await readObject(request)) : null
  if (answer !== null) return sendJson(response, 201, answer)
  // Groups of CRDs and of nobody are answered by the last handler of the chain, which speaks no JSON.
  if (!BUILTINS.some((each) => each.group === group)) return sendNothingThere(response)
  throw noSuchPath()
}

function sendNothingThere(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('404 page not found\n')
}

async function read(backend: Backend, call: Call, route: Route, resource: Resource): Promise<void> {
  const { storage } = backend
  const { searchParams } = call.url
  const namespace = resource.isNamespaced ? route.namespace : ''
  await storage.durable()
  if (isWatch(searchParams)) return openWatch(backend, call, route, resource)
  if (route.name === '') return send(resource, call, 200, await listObjects(storage, resource, namespace, searchParams))
  await send(resource, call, 200, served(resource, getObject(storage, { resource, namespace, name: route.name })))
}

function openWatch({ storage, watches }: Backend, { request, response, url }: Call, route: Route, resource: Resource): void {
  const form = wantedForm(request.headers.accept ?? '', url.searchParams.get('includeObject'))
  let isFirst = true
  const head = (): void =>
    void (
      response.headersSent ||
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' }).flushHeaders()
    )
  const query = new URLSearchParams(url.searchParams)
  if (route.name !== '') query.set('fieldSelector', `metadata.name=${route.name}`)
  const stop = startWatch({
    storage,
    resource,
    namespace: resource.isNamespaced ? route.namespace : '',
    query,
    sink: {
      send: (event) => {
        head()
        if (event.type === 'ERROR') return void response.write(`${JSON.stringify(event)}\n`)
        const shown: AnswerForm = form.as === 'table' ? { ...form, table: { ...form.table, withColumns: isFirst } } : form
        isFirst = false
        const object = formed(shown, resource, event.object)
        response.write(`${JSON.stringify({ type: event.type, object })}\n`)
      },
      end: () => response.end(),
    },
  })
  head()
  const cut = (): void => void response.destroy()
  watches.add(cut)
  response.on('close', () => {
    stop()
    watches.delete(cut)
  })
}
