/** A person of the embedded directory. The login is what Vortex calls a person (`decisions.md` 3). */
export type DirectoryPerson = {
  readonly login: string
  readonly name: string
  readonly email: string
  readonly role: string
  readonly groups: readonly string[]
}
