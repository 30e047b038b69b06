import { Environment } from '@marcbachmann/cel-js'

type Comparable = bigint | number | string | boolean | Date
const least = (list: readonly Comparable[], isBetter: (a: Comparable, b: Comparable) => boolean): Comparable => {
  const [first, ...rest] = list
  if (first === undefined) throw new Error('min or max called on empty list')
  return rest.reduce((best, entry) => (isBetter(entry, best) ? entry : best), first)
}
const expression = (pattern: string): RegExp => new RegExp(pattern, 'gu')

/**
 * CEL with what Kubernetes adds to it: list and regex functions and the string extensions. Missing are URL, IP, CIDR, quantity, format, sets and authorizer.
 */
export const kubernetesCel = (): Environment =>
  new Environment({ homogeneousAggregateLiterals: false, enableOptionalTypes: true })
    .registerFunction('list.isSorted(): bool', (list: readonly Comparable[]) =>
      list.every((entry, i) => i === 0 || (list[i - 1] ?? entry) <= entry),
    )
    .registerFunction('list.sum(): dyn', (list: readonly (bigint | number)[]) =>
      list.reduce(
        (sum, entry) => (typeof sum === 'bigint' && typeof entry === 'bigint' ? sum + entry : Number(sum) + Number(entry)),
        typeof list[0] === 'number' ? 0 : 0n,
      ),
    ) // prettier-ignore
    .registerFunction('list.min(): dyn', (list: readonly Comparable[]) => least(list, (a, b) => a < b))
    .registerFunction('list.max(): dyn', (list: readonly Comparable[]) => least(list, (a, b) => a > b))
    .registerFunction('list.indexOf(dyn): int', (list: readonly unknown[], entry: unknown) => BigInt(list.indexOf(entry)))
    .registerFunction('string.find(string): string', (text: string, pattern: string) => expression(pattern).exec(text)?.[0] ?? '')
    .registerFunction('string.findAll(string): list', (text: string, pattern: string) => text.match(expression(pattern)) ?? [])
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) => text.replaceAll(from, () => to))
    .registerFunction('string.charAt(int): string', (text: string, at: bigint) => text.charAt(Number(at)))
    .registerFunction('isURL(string): bool', (text: string) => URL.canParse(text))
