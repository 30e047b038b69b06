import { createServer, type Server } from 'node:net'

export const LOOPBACK = '127.0.0.1'

/** Listens on loopback only. A preferred port that is taken gives way to a free one. Resolves to the port. */
export function listen(server: Server, preferred = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      server.off('error', fail)
      const address = server.address()
      if (address === null || typeof address === 'string') reject(new Error('The server has no port.'))
      else resolve(address.port)
    }
    const fail = (cause: NodeJS.ErrnoException): void => {
      if (cause.code === 'EADDRINUSE' && preferred !== 0) {
        preferred = 0
        server.listen(0, LOOPBACK)
        return
      }
      server.off('listening', settle)
      reject(cause)
    }
    server.on('error', fail)
    server.once('listening', settle)
    server.listen(preferred, LOOPBACK)
  })
}

/** A port of loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  const probe = createServer()
  const port = await listen(probe)
  await stopListening(probe)
  return port
}

/** Stops listening. Open connections are the caller's to end. */
export const stopListening = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    if (!server.listening) resolve()
    else server.close(() => resolve())
  })
