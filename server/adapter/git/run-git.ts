import 'server-only'
import { spawn } from 'node:child_process'

/** How one git process ran. `code` is undefined when it was stopped at its deadline. */
export type GitRun = { readonly code: number | undefined; readonly out: Buffer; readonly words: string }

export type RunOptions = {
  readonly input?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  /** Milliseconds after which the process and its children are ended. */
  readonly deadline?: number
}

export type RunGit = (args: readonly string[], options?: RunOptions) => Promise<GitRun>

const LOCAL_DEADLINE = 30_000
const OUTPUT_MAX = 64 * 1024 * 1024

/** Runs git in `dir` with exactly `env`: nothing of the user's own settings reaches it (toolchain.md, Git). */
export const createRunGit =
  (dir: string, env: Readonly<Record<string, string>>): RunGit =>
  (args, options = {}) =>
    new Promise((resolve, reject) => {
      // Its own group, so that transports (git-remote-http, ssh) end with it at the deadline.
      const child = spawn('git', [...args], {
        cwd: dir,
        env: { NODE_ENV: 'production', ...env, ...options.env },
        stdio: 'pipe',
        detached: true,
      })
      const out: Buffer[] = []
      const words: Buffer[] = []
      let size = 0
      let late = false
      const end = (): void => {
        late = true
        if (child.pid !== undefined) endGroup(child.pid)
      }
      const timer = setTimeout(end, options.deadline ?? LOCAL_DEADLINE)
      child.stdout.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > OUTPUT_MAX) end()
        else out.push(chunk)
      })
      child.stderr.on('data', (chunk: Buffer) => void (words.length < 200 && words.push(chunk)))
      child.on('error', (cause) => {
        clearTimeout(timer)
        reject(cause)
      })
      child.on('close', (code) => {
        clearTimeout(timer)
        resolve({ code: late ? undefined : (code ?? 255), out: Buffer.concat(out), words: Buffer.concat(words).toString('utf8').trim() })
      })
      child.stdin.on('error', () => {}) // a child that ended early reports itself through its exit code
      child.stdin.end(options.input)
    })

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // already gone
  }
}
