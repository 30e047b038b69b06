const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
)

/** Property names as CEL sees them (Kubernetes CEL: `__dash__` and friends). */
export function celName(key: string): string {
  if (RESERVED.has(key)) return `__${key}__`
  return key.replaceAll('__', '__underscores__').replaceAll('.', '__dot__').replaceAll('-', '__dash__').replaceAll('/', '__slash__')
}
