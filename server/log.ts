import 'server-only'

type Scalar = string | number | boolean | null | undefined
type Fields = Readonly<Record<string, Scalar>>

const write = (level: 'info' | 'warn' | 'error', event: string, fields: Fields = {}): void => {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...fields })}\n`)
}

/** One JSON line per event: a dotted name and scalars. Never bodies, rationale texts or tokens. */
export const log = {
  info: (event: string, fields?: Fields) => write('info', event, fields),
  warn: (event: string, fields?: Fields) => write('warn', event, fields),
  error: (event: string, fields?: Fields) => write('error', event, fields),
}

/** What a machine said, shortened for one log field. */
export const causeText = (cause: unknown): string =>
  (cause instanceof Error
    ? `${cause.name}: ${cause.message}`
    : typeof cause === 'string'
      ? cause
      : (JSON.stringify(cause) ?? 'unknown')
  ).slice(0, 500)
