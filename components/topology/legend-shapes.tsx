import type { BindingState, Evidence, NodeKind } from '#lib/topology/graph.ts'

const OUTLINE = {
  authority: 'M7 2h14l5 5v6l-5 5H7l-5-5V7Z',
  zone: 'M2 3h24v14H2Z',
  cluster: 'M6 3h16q4 0 4 4v6q0 4-4 4H6q-4 0-4-4V7q0-4 4-4Z',
  identity: 'M14 3c7 0 12 3 12 7s-5 7-12 7S2 14 2 10s5-7 12-7Z',
  instance: 'M6 3h16q4 0 4 4v6q0 4-4 4H6q-4 0-4-4V7q0-4 4-4ZM7 6q-2 0-2 2v4q0 2 2 2h14q2 0 2-2V8q0-2-2-2Z',
  pack: 'M8 3h12l6 7-6 7H8l-6-7Z',
  run: 'M2 3h17l7 7-7 7H2Z',
  provider: 'M14 2l12 7-4 9H6L2 9Z',
  binding: 'M14 3c7 0 12 3 12 7s-5 7-12 7S2 14 2 10s5-7 12-7Z',
  object: 'M6 3h16l4 4v6l-4 4H6l-4-4V7Z',
  record: 'M2 3h24v14H2ZM14 6l4 4-4 4-4-4Z',
  group: 'M5 3q9-2 18 0 4 7 0 14-9 2-18 0-4-7 0-14Z',
} satisfies Record<NodeKind, string>

/** The shape of a kind as the canvas draws it. */
export function KindShape({ kind }: { readonly kind: NodeKind }) {
  return (
    <svg viewBox="0 0 28 20" width="28" height="20" aria-hidden="true" className="shrink-0">
      <path d={OUTLINE[kind]} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" />
    </svg>
  )
}

const DASH = {
  stable: undefined,
  none: undefined,
  unknown: undefined,
  resolving: '2 3',
  degraded: '6 4',
  diverged: '6 4',
  invalid: undefined,
} satisfies Record<BindingState, string | undefined>

/** The line of a binding state. */
export function LineShape({ state }: { readonly state: BindingState }) {
  return (
    <svg viewBox="0 0 28 20" width="28" height="20" aria-hidden="true" className="shrink-0">
      <path d="M1 10h26" stroke="currentColor" strokeWidth={state === 'invalid' ? 4 : 1.5} strokeDasharray={DASH[state]} />
    </svg>
  )
}

const SOURCE_END = {
  published: <circle cx="4" cy="10" r="3" fill="currentColor" />,
  observed: <circle cx="4" cy="10" r="3" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  pending: <path d="M4 6l4 4-4 4-4-4Z" fill="currentColor" />,
  delivery: <path d="M2 5v10" stroke="currentColor" strokeWidth="2" />,
  declared: <path d="M0 10h4" stroke="currentColor" strokeWidth="1.5" />,
} satisfies Record<Evidence, React.ReactNode>

/** Where an edge begins says where it is known from. */
export function EvidenceShape({ evidence }: { readonly evidence: Evidence }) {
  return (
    <svg viewBox="0 0 28 20" width="28" height="20" aria-hidden="true" className="shrink-0">
      {SOURCE_END[evidence]}
      <path
        d="M7 10h20M23 7l4 3-4 3"
        stroke="currentColor"
        strokeWidth="1.5"
        fill="none"
        strokeDasharray={evidence === 'pending' ? '2 3' : undefined}
      />
    </svg>
  )
}

/** The head of an edge says the binding mode. */
export function HeadShape({ binding }: { readonly binding: 'snapshot' | 'continuous' }) {
  return (
    <svg viewBox="0 0 28 20" width="28" height="20" aria-hidden="true" className="shrink-0">
      <path d="M1 10h19" stroke="currentColor" strokeWidth="1.5" />
      {binding === 'snapshot' ? <path d="M20 6h7v8h-7Z" fill="currentColor" /> : <path d="M19 5l8 5-8 5Z" fill="currentColor" />}
    </svg>
  )
}
