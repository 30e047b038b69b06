import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const SOURCES = ['app', 'components', 'lib', 'server', 'public']
const FILES = ['proxy.ts', 'instrumentation.ts', 'next.config.ts', 'postcss.config.mjs', 'tsconfig.json', 'package-lock.json']

/** One digest over everything that `next build` reads. */
export function sourceDigest(root: string): string {
  const hash = createHash('sha256')
  const add = (path: string): void =>
    void hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0')
  for (const folder of SOURCES.filter((name) => existsSync(join(root, name)))) {
    const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const paths = entries
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .filter((path) => !/\.test\.tsx?$/.test(path))
    for (const path of paths.sort()) add(path)
  }
  for (const path of FILES.filter((name) => existsSync(join(root, name)))) add(path)
  return hash.digest('hex')
}

const markerOf = (root: string): string => join(root, '.next', 'vortex-build')

/** Whether the last build was made from these sources. */
export const isBuilt = (root: string, digest: string): boolean =>
  existsSync(join(root, '.next', 'BUILD_ID')) && existsSync(markerOf(root)) && readFileSync(markerOf(root), 'utf8') === digest

export function markBuilt(root: string, digest: string): void {
  mkdirSync(join(root, '.next'), { recursive: true })
  writeFileSync(markerOf(root), digest)
}
