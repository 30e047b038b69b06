import { createWriteStream, type WriteStream } from 'node:fs'

type Scalar = string | number | boolean | null | undefined
type Level = 'info' | 'warn' | 'error'

let destination: WriteStream | undefined

/** Sends all further lines to a file, so that the terminal of `npm run demo` stays readable. */
export function logTo(path: string): void {
  destination = createWriteStream(path, { flags: 'a' })
}

function write(level: Level, event: string, fields: Readonly<Record<string, Scalar>>): void {
  const line = `${JSON.stringify({ at: new Date().toISOString(), level, event, ...fields })}\n`
  if (destination !== undefined) destination.write(line)
  else if (level !== 'info') process.stderr.write(line)
}

/** One event, one JSON line, scalar fields. Without a file only warnings and errors are written, to stderr. */
export const log = {
  info: (event: string, fields: Readonly<Record<string, Scalar>> = {}): void => write('info', event, fields),
  warn: (event: string, fields: Readonly<Record<string, Scalar>> = {}): void => write('warn', event, fields),
  error: (event: string, fields: Readonly<Record<string, Scalar>> = {}): void => write('error', event, fields),
}

/** The words of whatever was thrown. */
export const wordsOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))
