import type { Permit } from '#lib/approval/view.ts'

const names = new Intl.ListFormat('en', { style: 'long', type: 'conjunction' })

/** `maria.santos, amir.khan and lena.fischer`. */
export const nameList = (logins: readonly string[]): string => names.format(logins)

/** The refusal as the page says it: why not you, and who could. Undefined when it is allowed. */
export function refusalWords({ allowed, reason, who }: Permit): string | undefined {
  if (allowed) return undefined
  const clause = lowerFirst(reason.trim().replace(/[.]$/, ''))
  const people = who.length === 0 ? 'Nobody can now.' : `These people can: ${nameList(who)}.`
  return `You cannot, because ${clause}. ${people}`
}

/** Only ordinary words: `E6` and `DomainPolicy` keep their capital. */
const lowerFirst = (text: string): string => (/^[A-Z][a-z]*(\s|$)/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text)
