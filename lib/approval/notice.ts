/** Why the product tells a person about a request; one entry per person and request carries the latest (one per turn, updated in place). */
export type NoticeKind = 'turn' | 'outcome' | 'reply' | 'lapsed' | 'escalated'

/** What one person is told about one request. Times are ISO text in UTC. */
export type NoticeView = {
  readonly id: string
  readonly requestId: string
  readonly name: string
  readonly kind: NoticeKind
  readonly text: string
  readonly at: string
  readonly read: boolean
  /** The turn is over: kept, and no longer counted. */
  readonly ended: boolean
  /** Of an outcome: why it was decided so, or that the viewer may not read it (retrieval.md 3). */
  readonly why: { readonly text: string } | { readonly restricted: 'Full' } | undefined
}

export type NoticePage = { readonly notices: readonly NoticeView[]; readonly unread: number; readonly next: string | undefined }

/** What stands for a person on a request now, before it is compared with what they were told. */
export type Wanted = {
  readonly login: string
  readonly requestId: string
  readonly kind: 'turn' | 'lapsed' | 'escalated'
  readonly text: string
}

/** What a person was told last on a request. */
export type Told = {
  readonly id: string
  readonly login: string
  readonly requestId: string
  readonly kind: NoticeKind
  readonly text: string
  readonly ended: boolean
}

const TURNS: ReadonlySet<NoticeKind> = new Set(['turn', 'lapsed', 'escalated'])

/**
 * What to write so that everybody is told once per turn: `tell` replaces the entry and is unread again, `reword` keeps it as it
 * is read, `end` closes turns that are over. A reply that was not read stays in front of a turn that the inbox shows anyway.
 */
export function noticeSteps(
  wanted: readonly Wanted[],
  told: readonly Told[],
): {
  readonly tell: readonly Wanted[]
  readonly reword: readonly { readonly id: string; readonly text: string }[]
  readonly end: readonly string[]
} {
  const keyOf = (one: { readonly login: string; readonly requestId: string }): string => `${one.requestId} ${one.login}`
  const known = new Map(told.map((one) => [keyOf(one), one]))
  const now = new Map(wanted.map((one) => [keyOf(one), one]))
  const tell: Wanted[] = []
  const reword: { readonly id: string; readonly text: string }[] = []
  for (const one of now.values()) {
    const last = known.get(keyOf(one))
    if (last === undefined || last.ended) tell.push(one)
    else if (!TURNS.has(last.kind)) continue
    else if (last.kind !== one.kind) tell.push(one)
    else if (last.text !== one.text) reword.push({ id: last.id, text: one.text })
  }
  const end = told.filter((one) => TURNS.has(one.kind) && !one.ended && !now.has(keyOf(one))).map((one) => one.id)
  return { tell, reword, end }
}
