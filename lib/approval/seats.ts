/** So many seats of a party for people of one group only. */
export type RoleSeats = { readonly group: string; readonly count: number; readonly eligible: readonly string[] }

/** Seats of one party: how many different people it needs, who may take one, and which seats are for one group. */
export type SeatParty = {
  readonly domain: string
  readonly needed: number
  readonly eligible: readonly string[]
  readonly roles?: readonly RoleSeats[]
}

export type Seating = {
  /** Seats filled per party, in the order given. */
  readonly given: readonly number[]
  /** Seats filled per party and role, in the order given. */
  readonly roles: readonly (readonly number[])[]
  readonly filled: number
  /** Who holds a seat, in the order of the people given. */
  readonly seated: readonly string[]
}

type Seat = { readonly party: number; readonly role: number | undefined; readonly eligible: ReadonlySet<string> }

/** The seats of each party: those of its roles first, the others for anybody it names. */
function seatsOf(parties: readonly SeatParty[]): readonly Seat[] {
  return parties.flatMap((party, index) => {
    const special = (party.roles ?? []).flatMap((role, at) => {
      const eligible = new Set(role.eligible)
      return Array.from({ length: role.count }, (): Seat => ({ party: index, role: at, eligible }))
    })
    const eligible = new Set(party.eligible)
    const plain = Math.max(0, party.needed - special.length)
    return [...special, ...Array.from({ length: plain }, (): Seat => ({ party: index, role: undefined, eligible }))]
  })
}

/**
 * Seats people at parties so that most seats are filled. One person fills one seat overall, also when the policy names
 * them for several parties (product.md: one person one seat); who sits where is moved as later votes need it.
 * Maximum bipartite matching by augmenting paths; people earlier in the list keep a seat once they have one.
 */
export function seat(parties: readonly SeatParty[], people: readonly string[]): Seating {
  const seats = seatsOf(parties)
  const holder: (string | undefined)[] = seats.map(() => undefined)

  const place = (person: string, tried: Set<number>): boolean => {
    for (const [index, one] of seats.entries()) {
      if (tried.has(index) || !one.eligible.has(person)) continue
      tried.add(index)
      const sitting = holder[index]
      if (sitting === undefined || place(sitting, tried)) {
        holder[index] = person
        return true
      }
    }
    return false
  }

  const distinct = [...new Set(people)]
  for (const person of distinct) place(person, new Set())
  const taken = (isOf: (one: Seat) => boolean): number => seats.filter((one, at) => isOf(one) && holder[at] !== undefined).length
  return {
    given: parties.map((_, index) => taken((one) => one.party === index)),
    roles: parties.map(({ roles = [] }, index) => roles.map((_, at) => taken((one) => one.party === index && one.role === at))),
    filled: holder.filter((person) => person !== undefined).length,
    seated: distinct.filter((person) => holder.includes(person)),
  }
}
