export type ZoneRecord = { readonly name: string; readonly ttl: number; readonly type: 'A' | 'NS' | 'TXT'; readonly value: string }

export type Soa = {
  readonly ttl: number
  readonly mname: string
  readonly rname: string
  readonly serial: number
  readonly refresh: number
  readonly retry: number
  readonly expire: number
  readonly minimum: number
}

/** A zone ready to be served: names absolute, lower case, without the last dot. */
export type Zone = { readonly origin: string; readonly soa: Soa; readonly records: readonly ZoneRecord[] }

/** Reads zone text as `dsns.md` 3 defines it. Undefined while it holds no origin or no SOA: then there is nothing to serve. */
export function readZone(text: string): Zone | undefined {
  const lines = text.split('\n')
  const origin = lines
    .map((line) => /^\$ORIGIN (\S+?)\.?$/.exec(line)?.[1])
    .find((name) => name !== undefined)
    ?.toLowerCase()
  const soa = readSoa(lines, origin ?? '')
  if (origin === undefined || soa === undefined) return undefined
  const records = lines.flatMap((line): ZoneRecord[] => {
    const [, name = '', ttl = '', type = '', value = ''] = /^(\S+) (\d+) IN (A|NS|TXT) (.*)$/.exec(line) ?? []
    if (type !== 'A' && type !== 'NS' && type !== 'TXT') return []
    const content = type === 'TXT' ? value.replace(/^"(.*)"$/, '$1') : type === 'NS' ? absolute(value, origin) : value
    return [{ name: absolute(name, origin), ttl: Number(ttl), type, value: content }]
  })
  return { origin, soa, records }
}

const absolute = (name: string, origin: string): string => {
  if (name === '@') return origin
  return name.endsWith('.') ? name.slice(0, -1).toLowerCase() : `${name}.${origin}`.toLowerCase()
}

function readSoa(lines: readonly string[], origin: string): Soa | undefined {
  const at = lines.findIndex((line) => / IN SOA /.test(line))
  const [, ttl = '', mname = '', rname = ''] = /^@ (\d+) IN SOA (\S+) (\S+) \($/.exec(lines[at] ?? '') ?? []
  const numbers = lines.slice(at + 1, at + 6).map((line) => Number(/^\s+(\d+)\s*;/.exec(line)?.[1] ?? Number.NaN))
  const [serial = Number.NaN, refresh = 0, retry = 0, expire = 0, minimum = 0] = numbers
  if (ttl === '' || numbers.some(Number.isNaN)) return undefined
  return { ttl: Number(ttl), mname: absolute(mname, origin), rname: absolute(rname, origin), serial, refresh, retry, expire, minimum }
}
