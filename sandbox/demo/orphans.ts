import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

type Known = Readonly<Record<string, { readonly pid: number; readonly script: string }>>

const pathOf = (dir: string): string => join(dir, 'children.json')
const read = (dir: string): Known => (existsSync(pathOf(dir)) ? (JSON.parse(readFileSync(pathOf(dir), 'utf8')) as Known) : {}) // safe: written below

export const rememberChild = (dir: string, name: string, pid: number, script: string): void =>
  writeFileSync(pathOf(dir), JSON.stringify({ ...read(dir), [name]: { pid, script } }))

/** Ends children that a killed demo left behind: they would hold the port and the database. A process that is another one by now is let be. */
export function endOrphans(dir: string): void {
  for (const { pid, script } of Object.values(read(dir))) {
    const words = `/proc/${pid}/cmdline`
    if (existsSync(words) && readFileSync(words, 'utf8').split('\0').includes(script)) process.kill(pid, 'SIGKILL')
  }
  writeFileSync(pathOf(dir), '{}')
}
