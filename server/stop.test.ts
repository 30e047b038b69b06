import { spawn } from 'node:child_process'
import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'

const SERVER = `
  import { createServer } from 'node:http'
  import { onStop } from '#server/stop.ts'
  const server = createServer((request, response) => setTimeout(() => response.end('answered'), 150))
  onStop(async () => void server.close(() => process.exit(0)))
  server.listen(0, '127.0.0.1', () => process.stdout.write('port ' + server.address().port + '\\n'))
`

test('a process that was told to end does so although somebody asks again and again on one kept connection', async () => {
  const child = spawn(process.execPath, ['--conditions=react-server', '--input-type=module', '-e', SERVER], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const port = await new Promise<number>((resolve) =>
    child.stdout.on('data', (chunk: Buffer) => {
      const [, said] = /port (\d+)/.exec(chunk.toString('utf8')) ?? []
      if (said !== undefined) resolve(Number(said))
    }),
  )
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = (): Promise<string> =>
    new Promise((resolve) =>
      request({ host: '127.0.0.1', port, agent }, (answer) => {
        answer.resume().on('end', () => resolve('answered'))
      })
        .on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'broken'))
        .end(),
    )
  const said: string[] = [await ask()]
  const asked = ask()
  await pause(50)
  child.kill('SIGTERM')
  said.push(await asked)
  for (let end = Date.now() + 6_000; child.exitCode === null && Date.now() < end; await pause(20)) said.push(await ask())
  child.kill('SIGKILL')
  expect(await gone).toBe(0)
  // What was asked before the end is answered; the next on the same connection too, and it is the last.
  expect(said.slice(0, 2)).toEqual(['answered', 'answered'])
  agent.destroy()
})
