// `npm ci` refuses a lock file that was made where some optional platform packages could not be had (a registry without
// non-Linux builds): npm leaves them out, then calls them missing. This adds the stub entries npm would have written.
// Run after each change of dependencies: `npm run lock:fix`; `--check` only says whether it is needed.
import { readFileSync, writeFileSync } from 'node:fs'

const file = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(file, 'utf8'))
const packages = lock.packages

/** Where Node would look for `name` from `from`, nearest first. */
const found = (from, name) => {
  const parts = from === '' ? [] : from.split('/node_modules/')
  for (let depth = parts.length; depth >= 0; depth -= 1) {
    const base = parts.slice(0, depth).join('/node_modules/')
    if (packages[`${base === '' ? '' : `${base}/`}node_modules/${name}`]) return true
  }
  return false
}

const OS = {
  darwin: 'darwin',
  win32: 'win32',
  windows: 'win32',
  android: 'android',
  freebsd: 'freebsd',
  openbsd: 'openbsd',
  netbsd: 'netbsd',
  sunos: 'sunos',
  aix: 'aix',
  linux: 'linux',
  openharmony: 'openharmony',
  wasi: 'wasi',
}
const CPU = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 's390x', 'riscv64', 'loong64', 'mips64el', 'wasm32']
const platformOf = (name) => {
  const words = name.split(/[-/@.]/)
  const os = words.map((word) => OS[word]).find(Boolean)
  const cpu = CPU.find((each) => words.includes(each))
  return { ...(os && { os: [os] }), ...(cpu && { cpu: [cpu] }) }
}

let added = 0
for (const [from, entry] of Object.entries(packages))
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (found(from, name)) continue
    const exact = version.replace(/^[\^~]/, '')
    packages[`node_modules/${name}`] = { version: exact, ...platformOf(name), optional: true }
    added += 1
  }

if (process.argv.includes('--check')) {
  if (added > 0) process.stderr.write(`package-lock.json lacks ${added} optional platform packages: npm run lock:fix\n`)
  process.exit(added > 0 ? 1 : 0)
}
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`)
process.stdout.write(`added ${added} optional platform packages\n`)
