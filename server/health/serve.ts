import 'server-only'
import { createServer } from 'node:http'
import { ready } from '#server/health/ready.ts'

/** The two health addresses of the portal for a process that serves nothing else. Gives back how to stop. */
export async function startHealth(port: number): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    const say = (status: number, text: string): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(text)
    if (request.url === '/api/health/live') return say(200, '{"live":true}')
    if (request.url !== '/api/health/ready') return say(404, '{}')
    ready().then(
      async (answer) => say(answer.status, await answer.text()),
      () => say(503, '{"ready":false}'),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, resolve)
  })
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
}
