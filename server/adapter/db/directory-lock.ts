import 'server-only'
import { createHash } from 'node:crypto'
import { mkdir, realpath, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '#lib/error.ts'

/**
 * Takes a directory for this process alone. PGlite has no lock of its own and a second opener destroys the data.
 * A socket named after the real path is the lock: the kernel gives it back when the process dies, however it dies.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const name = createHash('sha256')
    .update(await realpath(directory))
    .digest('hex')
    .slice(0, 32)
  // Abstract sockets exist on Linux only; elsewhere a socket file is used, and a dead one is removed first.
  const path = process.platform === 'linux' ? `\0vortex-db-${name}` : join(tmpdir(), `vortex-db-${name}.sock`)
  if (process.platform !== 'linux' && !(await answers(path))) await rm(path, { force: true })
  const server = createServer((socket) => socket.destroy())
  await listen(server, path, directory)
  server.unref()
  return () => new Promise((resolve) => server.close(() => resolve()))
}

const listen = (server: Server, path: string, directory: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new AppError('conflict', `Another process has the database in ${directory} open. Stop it, or give this one its own directory.`, {
          cause,
        }),
      ),
    )
    server.listen({ path }, () => resolve())
  })

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
