/** Why the product tells a person about a request; one entry per person and request carries the latest (one per turn, updated in place). */
export type NoticeKind = 'turn' | 'outcome' | 'reply' | 'lapsed' | 'escalated'
