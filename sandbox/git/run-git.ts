import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'

/** Nothing of the user's own Git settings may reach the embedded repository. */
export const GIT_ENV: NodeJS.ProcessEnv = {
  NODE_ENV: 'production',
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  HOME: tmpdir(),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
}

/** Runs git and gives what it printed. Throws with its own words when it fails. */
export function runGit(
  dir: string,
  args: readonly string[],
  input?: string | Buffer,
  env: Readonly<Record<string, string>> = {},
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...args], { cwd: dir, env: { ...GIT_ENV, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
    const out: Buffer[] = []
    const words: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => words.push(chunk))
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(out))
      else reject(new Error(`git ${args[0] ?? ''} failed (${code}): ${Buffer.concat(words).toString('utf8').trim()}`))
    })
    child.stdin.on('error', () => {}) // a child that ended early reports itself through its exit code
    child.stdin.end(input)
  })
}
