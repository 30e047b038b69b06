/** A Kubernetes quantity as an exact fraction; `over` is a power of ten. */
export type Quantity = { readonly value: bigint; readonly over: bigint }

const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const BINARY: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n }
/** Exponents beyond this are no amount of anything, and would build numbers without bound. */
const EXPONENT_MAX = 64
const FORM = /^([+-]?)(\d{0,40})(?:\.(\d{0,40}))?(n|u|m|k|M|G|T|P|E|[KMGTPE]i|[eE][+-]?\d{1,3})?$/

/** Reads `500m`, `2`, `8Gi`, `1.5`, `1e3`; undefined when it is no quantity. No floating point enters. */
export function parseQuantity(text: string): Quantity | undefined {
  const match = FORM.exec(text)
  if (match === null) return undefined
  const [, sign, whole = '', fraction = '', suffix = ''] = match
  if (whole === '' && fraction === '') return undefined
  const digits = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n)
  const binary = BINARY[suffix]
  if (binary !== undefined) return scaled(digits << binary, -fraction.length)
  const exponent = DECIMAL[suffix] ?? Number(suffix.slice(1))
  return Math.abs(exponent) > EXPONENT_MAX ? undefined : scaled(digits, exponent - fraction.length)
}

const scaled = (value: bigint, exponent: number): Quantity =>
  exponent >= 0 ? { value: value * 10n ** BigInt(exponent), over: 1n } : { value, over: 10n ** BigInt(-exponent) }

/** Negative, zero or positive, exactly. */
export function compareQuantity(a: Quantity, b: Quantity): number {
  const difference = a.value * b.over - b.value * a.over
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}
