// Starts a TypeScript program of this project from a fresh clone: installs what is missing, then hands over to Node 24.
// Plain JavaScript, because it must run under whatever Node is on the machine (20 or newer).
import { createHash } from 'node:crypto'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const marker = join(root, 'node_modules', '.vortex-installed')
const NEEDED = 24

const say = (text) => process.stderr.write(`${text}\n`)

/** Dependencies are installed once per lock file. Some registries lack other platforms' packages and `npm ci` then refuses the lock. */
function install() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return
  say('Installing dependencies (once, about a minute)…')
  const npm = (args) =>
    spawnSync('npm', args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' }).status === 0
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
  if (!npm(['ci', ...quiet]) && !npm(['install', '--no-save', ...quiet])) {
    say('npm could not install the dependencies. Look at the lines above; a registry that does not answer is the usual reason.')
    process.exit(1)
  }
  writeFileSync(marker, wanted)
}

/** This Node when it is new enough, else the one that came as a package. */
function node24() {
  if (Number(process.versions.node.split('.')[0]) >= NEEDED) return process.execPath
  const packaged = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
  if (existsSync(packaged)) return packaged
  say(
    `Vortex needs Node ${NEEDED} or newer and this is ${process.version}. No package of it exists for ${process.platform}-${process.arch}: install Node ${NEEDED}.`,
  )
  process.exit(1)
}

install()
const node = node24()
const [script, ...args] = process.argv.slice(2)
const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(process.platform === 'win32' ? ';' : ':')
const child = spawn(node, ['--conditions=react-server', join(root, script), ...args], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: path, NEXT_TELEMETRY_DISABLED: '1', NODE_NO_WARNINGS: '1' },
})
// Ctrl-C reaches the whole group by itself; a plain kill reaches only this process.
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
process.on('SIGINT', () => undefined)
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
