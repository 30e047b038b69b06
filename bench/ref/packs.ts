// Frozen: the objects of the design point, 1.2 to 2.6 kB each as an API server gives them (goals.md). Same number and version, same bytes.

const WORDS = (
  'ledger settlement corridor sanction screening liquidity custody quorum tenant boundary relay archive beacon cipher delta ember fabric ' +
  'gateway harbor index junction kernel lattice meridian nexus orbit prism quartz ridge signal tunnel vector warden zenith'
).split(' ')

export const GROUP = 'bench.example.org'
export const nameOf = (at: number): string => `pack-${String(at).padStart(6, '0')}`
export const namespaceOf = (at: number): string => `cluster-${String(at % 1_000).padStart(4, '0')}`

/** Numbers below 2^32 that are the same for the same seed (xorshift). */
function dice(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 97) >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>>= 0)
  }
}

const sentence = (next: () => number, words: number): string =>
  Array.from({ length: words }, () => WORDS[next() % WORDS.length] ?? '').join(' ')
const hex = (next: () => number, words: number): string =>
  Array.from({ length: words }, () => next().toString(16).padStart(8, '0')).join('')

const writer = (manager: string, fields: object, subresource?: string) => ({
  manager,
  operation: 'Apply',
  apiVersion: `${GROUP}/v1`,
  time: '2026-01-01T00:00:00Z',
  fieldsType: 'FieldsV1',
  fieldsV1: fields,
  ...(subresource !== undefined && { subresource }),
})

/** One pack as served. Its version is its `spec.count`, and odd versions are not ready. */
export function packOf(at: number, version: number) {
  const next = dice(at + 1)
  const uid = `${hex(next, 1)}-0000-4000-8000-${String(at).padStart(12, '0')}`
  const digest = hex(next, 8)
  const endpoints = Array.from({ length: 1 + (at % 6) }, (_, index) => ({
    host: `${WORDS[next() % WORDS.length]}-${index}.${namespaceOf(at)}.svc`,
    port: 8_000 + (next() % 1_000),
    protocol: 'TCP',
  }))
  const condition = (type: string, status: string, reason: string) => ({
    type,
    status,
    reason,
    message: sentence(next, 6 + (at % 9)),
    observedGeneration: version,
    lastTransitionTime: '2026-01-01T00:00:00Z',
  })
  return {
    apiVersion: `${GROUP}/v1`,
    kind: 'Pack',
    metadata: {
      name: nameOf(at),
      namespace: namespaceOf(at),
      uid,
      resourceVersion: String(version),
      generation: version,
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: {
        'app.kubernetes.io/name': WORDS[at % WORDS.length] ?? '',
        'app.kubernetes.io/part-of': 'platform',
        [`${GROUP}/ring`]: `r${at % 5}`,
      },
      annotations: { [`${GROUP}/checksum`]: digest },
      managedFields: [
        writer('gitops', { 'f:metadata': { 'f:labels': { 'f:app.kubernetes.io/name': {} } }, 'f:spec': { 'f:count': {}, 'f:source': {} } }),
        writer('controller', { 'f:status': { 'f:conditions': { 'k:{"type":"Ready"}': { '.': {}, 'f:status': {} } } } }, 'status'),
      ],
    },
    spec: {
      count: version,
      source: { registry: 'registry.example.org', repository: `packs/${WORDS[at % 30]}`, digest: `sha256:${digest}` },
      targetRef: { kind: 'Pack', name: nameOf((at * 7) % 100_000) },
      description: sentence(next, 8 + (next() % 40)),
      endpoints,
    },
    status: {
      observedGeneration: version,
      conditions: [
        condition('Ready', version % 2 === 0 ? 'True' : 'False', version % 2 === 0 ? 'Settled' : 'Failing'),
        condition('Synced', 'True', 'Applied'),
      ],
    },
  }
}
