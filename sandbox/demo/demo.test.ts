import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const dir = mkdtempSync(join(tmpdir(), 'demo-'))
const processes: ChildProcess[] = []

afterAll(() => {
  for (const child of processes) child.kill('SIGKILL')
  rmSync(dir, { recursive: true, force: true })
})

type DemoFile = { ready: boolean; control: { url: string }; layout: { now: string; shiftDays: number }; renamed: Record<string, string> }
const demoFile = (): DemoFile | undefined => {
  try {
    return JSON.parse(readFileSync(join(dir, 'demo.json'), 'utf8')) as DemoFile
  } catch {
    return undefined
  }
}

function start(...args: string[]): { child: ChildProcess; words: () => string; ended: Promise<number | null> } {
  const child = spawn(
    process.execPath,
    ['--conditions=react-server', 'sandbox/demo.ts', '--no-portal', '--no-story', '--dir', dir, ...args],
    { cwd: ROOT },
  )
  processes.push(child)
  let words = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void (words += chunk.toString('utf8')))
  const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)))
  return { child, words: () => words, ended }
}

async function until(is: () => boolean, words: () => string): Promise<void> {
  for (let turn = 0; turn < 1200; turn += 1) {
    if (is()) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`it did not happen in time: ${words()}`)
}

const operatorPid = (): number =>
  (JSON.parse(readFileSync(join(dir, 'children.json'), 'utf8')) as { operator: { pid: number } }).operator.pid
/** A process that ended and was not collected yet has no command line any more. */
const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`).length > 0

test.skipIf(process.platform !== 'linux')(
  'killed while it makes the world, the demo begins anew; stopped and started, it goes on',
  { timeout: 400_000 },
  async () => {
    const first = start()
    await until(() => existsSync(join(dir, 'world', 'kube')), first.words)
    first.child.kill('SIGKILL')
    await first.ended
    expect(existsSync(join(dir, 'world.done'))).toBe(false)

    const second = start('--shift-days', '3')
    await until(() => demoFile()?.ready === true, second.words)
    const made = demoFile()
    expect(made).toMatchObject({ layout: { shiftDays: 3 }, renamed: {} })
    await until(() => second.words().includes('Sign in as'), second.words)

    const another = start()
    expect(await another.ended).toBe(1)
    expect(another.words()).toContain('already running')

    const orphan = operatorPid()
    second.child.kill('SIGKILL')
    await second.ended
    expect(isAlive(orphan)).toBe(true)

    rmSync(join(dir, 'demo.json')) // what the killed one left says nothing of the next
    const third = start()
    await until(() => demoFile()?.ready === true, third.words)
    expect(demoFile()).toMatchObject({ layout: made?.layout, control: made?.control })
    expect(isAlive(orphan)).toBe(false)
    const operator = operatorPid()
    process.kill(operator, 'SIGKILL')
    await until(() => operatorPid() !== operator, third.words)
    third.child.kill('SIGTERM')
    expect(await third.ended).toBe(0)
    expect(demoFile()).toBeUndefined()
    expect(isAlive(operatorPid())).toBe(false)
  },
)
