/** Seats of one party: how many different people it needs, and who may take one. */
export type SeatParty = { readonly domain: string; readonly needed: number; readonly eligible: readonly string[] }

export type Seating = {
  /** Seats filled per party, in the order given. */
  readonly given: readonly number[]
  readonly filled: number
  /** Who holds a seat, in the order of the people given. */
  readonly seated: readonly string[]
}

/**
 * Seats people at parties so that most seats are filled. One person fills one seat overall, also when the policy names
 * them for several parties (product.md: one person one seat); who sits where is moved as later votes need it.
 * Maximum bipartite matching by augmenting paths; people earlier in the list keep a seat once they have one.
 */
export function seat(parties: readonly SeatParty[], people: readonly string[]): Seating {
  const seats = parties.flatMap((party, index) => Array.from({ length: party.needed }, () => index))
  const holder: (string | undefined)[] = seats.map(() => undefined)

  const place = (person: string, tried: Set<number>): boolean => {
    for (const [index, partyIndex] of seats.entries()) {
      if (tried.has(index) || !parties[partyIndex]?.eligible.includes(person)) continue
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
  return {
    given: parties.map((_, index) => seats.filter((partyIndex, at) => partyIndex === index && holder[at] !== undefined).length),
    filled: holder.filter((person) => person !== undefined).length,
    seated: distinct.filter((person) => holder.includes(person)),
  }
}
