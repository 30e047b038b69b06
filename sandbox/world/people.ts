/** One person of the demo organisation. `login` is the OIDC `preferred_username` (decisions.md 3). */
export type Person = {
  readonly login: string
  readonly name: string
  readonly email: string
  readonly groups: readonly string[]
  readonly role: string
}

const person = (login: string, name: string, role: string, groups: readonly string[]): Person => ({
  login,
  name,
  role,
  groups,
  email: `${login}@fintech.example`,
})

/** Everybody who can sign in to the sandbox. */
export const people: readonly Person[] = [
  person('maria.santos', 'Maria Santos', 'Compliance officer', ['approver-banking', 'approver-payments']),
  person('james.okafor', 'James Okafor', 'Platform engineer', ['platform']),
  person('lena.fischer', 'Lena Fischer', 'Domain architect', ['approver-trading']),
  person('amir.khan', 'Amir Khan', 'Domain architect', ['approver-banking']),
  person('priya.nair', 'Priya Nair', 'Application developer', ['payments-dev']),
  person('noor.haddad', 'Noor Haddad', 'Auditor', ['auditor']),
  person('root.okello', 'Root Okello', 'Platform owner', ['platform', 'platform-owner']),
]

/** The person of a login of this world; throws for a login that nobody has. */
export function personOf(login: string): Person {
  const found = people.find((one) => one.login === login)
  if (found === undefined) throw new Error(`nobody has the login ${login}`)
  return found
}
