import { connect, createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type FrontDoor, openFrontDoor } from './front-door.ts'
import { listen, stopListening } from './listen.ts'

const echo = createServer((socket) => socket.on('error', () => socket.destroy()).pipe(socket))
let door: FrontDoor

beforeAll(async () => void (door = await openFrontDoor({ targetPort: await listen(echo) })))
beforeEach(() => door.set('none'))
afterAll(async () => {
  await door.close()
  await stopListening(echo)
})

function client(): { socket: Socket; heard: () => string; ended: Promise<string> } {
  const socket = connect(door.port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk) => void (text += chunk.toString()))
  const ended = new Promise<string>((resolve) => {
    socket.on('error', (cause: NodeJS.ErrnoException) => resolve(cause.code ?? ''))
    socket.on('close', () => resolve('closed'))
  })
  return { socket, heard: () => text, ended }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

test('bytes keep their order when slowness ends in the middle', async () => {
  const { socket, heard } = client()
  await door.set('slow', 80)
  socket.write('first ')
  await pause(20)
  await door.set('none')
  socket.write('second')
  await expect.poll(heard).toBe('first second')
  socket.destroy()
})

test('a silent door keeps what was said and passes it on when it speaks again', async () => {
  const { socket, heard } = client()
  await door.set('silent')
  socket.write('still there?')
  await pause(60)
  expect(heard()).toBe('')
  await door.set('none')
  await expect.poll(heard).toBe('still there?')
  socket.destroy()
})

test('down refuses connections, refuse hangs up on them, cut ends those that are open', async () => {
  const open = client()
  open.socket.write('a')
  await expect.poll(open.heard).toBe('a')
  door.cut()
  expect(await open.ended).toMatch(/ECONNRESET|closed/)
  await door.set('down')
  expect(await client().ended).toBe('ECONNREFUSED')
  await door.set('refuse')
  expect(await client().ended).toMatch(/ECONNRESET|closed/)
})
