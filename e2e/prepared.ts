import { cp, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where the worlds of one run are kept for the next test file; set for all its processes. */
const SHELF = 'VORTEX_E2E_PREPARED'

/** Playwright calls it once before all tests, and what it gives once after them. */
export default async function openShelf(): Promise<() => Promise<void>> {
  const shelf = await mkdtemp(join(tmpdir(), 'vortex-e2e-worlds-'))
  process.env[SHELF] = shelf
  return () => rm(shelf, { recursive: true, force: true, maxRetries: 5 })
}

const placeOf = (kind: string): string | undefined => {
  const shelf = process.env[SHELF]
  return shelf && join(shelf, kind.replaceAll(/[^\w-]+/g, '_'))
}

/** Puts a copy of a world of this kind, whose story is played, into an empty directory; false when none was made in this run yet. */
export async function takePrepared(kind: string, directory: string): Promise<boolean> {
  const place = placeOf(kind)
  if (place === undefined || (await stat(place).catch(() => undefined)) === undefined) return false
  await cp(place, directory, { recursive: true, preserveTimestamps: true })
  return true
}

/** Keeps a copy of a stopped world for the files that come, without what belongs to one process: ports, process ids, logs. */
export async function keepPrepared(kind: string, directory: string): Promise<void> {
  const place = placeOf(kind)
  if (place === undefined) return
  await cp(directory, `${place}.new`, { recursive: true, preserveTimestamps: true })
  for (const own of ['ports.json', 'children.json', 'logs']) await rm(join(`${place}.new`, own), { recursive: true, force: true })
  await rename(`${place}.new`, place)
}
